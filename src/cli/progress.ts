import type { RunProgress } from '../experiment/run.ts'

/** Progress of a run on stderr: one line that is rewritten, and only on a terminal. */
export function showProgress(): { update: (progress: RunProgress) => void; end: () => void } {
  if (!process.stderr.isTTY) return { update: () => {}, end: () => {} }
  const shares = new Map<string, number>()
  let stage = ''
  let started_ms = performance.now()
  return {
    update({ strategy, topology, part, done, total, blocks, what }) {
      if (what !== stage) {
        stage = what
        shares.clear()
        started_ms = performance.now()
      }
      shares.set(`${strategy} ${topology} ${part}`, done / total)
      let sum = 0
      for (const share of shares.values()) sum += share
      const share = sum / blocks
      const elapsed_s = (performance.now() - started_ms) / 1000
      const left_s = Math.ceil((elapsed_s * (1 - share)) / share)
      process.stderr.write(`\r\u001B[K${(share * 100).toFixed(0)} % of ${what} simulated, about ${left_s} s left`)
    },
    end() {
      process.stderr.write('\r\u001B[K')
    },
  }
}
