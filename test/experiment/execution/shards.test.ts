import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readBlockFile } from '../../../src/experiment/execution/block-file.ts'
import { inThisThread } from '../../../src/experiment/execution/executor.ts'
import { mergeShards, runShard } from '../../../src/experiment/execution/shards.ts'
import { run } from '../../../src/experiment/run.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { scratchFolder } from '../../scratch-folder.ts'

const folder = scratchFolder('shards')

const scenario = await loadScenario(join(import.meta.dirname, '../../../scenarios/miniature.yaml'))
const PLAN = { seed: '3', replications: 40, naturalWorlds: 20, workers: 3 }
const pathOf = (index: number): string => join(folder, `shard-${index}.blocks`)
const shard = async (index: number, plan = PLAN) =>
  runShard(scenario, plan, { index, of: 3 }, pathOf(index), { execute: inThisThread })
const merge = async (...indices: number[]) =>
  mergeShards(await Promise.all(indices.map(async (index) => (await readBlockFile(pathOf(index)))!)))

describe('shards', async () => {
  for (const index of [1, 2, 3]) await shard(index)

  it('give the results of one process, in whatever order their files come', async () => {
    const { results } = await merge(3, 1, 2)
    expect(JSON.stringify(results)).toBe(JSON.stringify(await run(scenario, { ...PLAN })))
  })

  it('count once what is there twice', async () => {
    expect((await merge(1, 2, 3, 2)).results.digest).toBe((await merge(1, 2, 3)).results.digest)
  })

  it('that are missing are named', async () => {
    await expect(merge(1, 3)).rejects.toThrow(/blocks are missing that these shards run: 2\/3/)
  })

  it('that were killed while they wrote go on where they were', async () => {
    const whole = readFileSync(pathOf(2), 'utf8')
    const lines = whole.split('\n')
    writeFileSync(pathOf(2), `${lines.slice(0, 2).join('\n')}\n${lines[2]!.slice(0, 100)}`)
    await expect(merge(1, 2, 3)).rejects.toThrow(/2\/3/)
    const { blocks, done } = await shard(2)
    expect(done).toBe(blocks)
    expect(readFileSync(pathOf(2), 'utf8')).toBe(whole)
  })

  it('of another run, or that do not agree, are refused', async () => {
    const other = { ...PLAN, seed: '4' }
    await runShard(scenario, other, { index: 2, of: 3 }, pathOf(4), { execute: inThisThread })
    await expect(merge(1, 4)).rejects.toThrow(/is not of the same run as/)
    const [header, line] = readFileSync(pathOf(1), 'utf8').split('\n')
    const [id, , packed] = line!.split(' ')
    const text = inflateRawSync(Buffer.from(packed!, 'base64')).toString().replace('incidents', 'Incidents')
    writeFileSync(pathOf(5), `${header}\n${id} result ${deflateRawSync(text).toString('base64')}\n`)
    await expect(merge(1, 2, 3, 5)).rejects.toThrow(/is a machine at fault/)
    appendFileSync(pathOf(5), 'nonsense\n')
    await expect(merge(5)).rejects.toThrow(/shard-5.blocks:3 {2}is damaged/)
  })
})
