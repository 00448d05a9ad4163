/** Translates the chunker's search from WebAssembly text to what is loaded: node tools/build-gear-scan.ts */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import wabt from 'wabt'

const FOLDER = join(import.meta.dirname, '../src/adapters/real/gear-scan')

/** The program as base64. */
export async function gearScanProgram(): Promise<string> {
  const toolkit = await wabt()
  const module = toolkit.parseWat('gear-scan.wat', readFileSync(join(FOLDER, 'gear-scan.wat'), 'utf8'), { simd: true })
  module.validate()
  return Buffer.from(module.toBinary({}).buffer).toString('base64')
}

if (import.meta.main) {
  const lines = (await gearScanProgram()).match(/.{1,110}/g)?.map((line) => `  '${line}'`) ?? []
  writeFileSync(
    join(FOLDER, 'gear-scan-program.ts'),
    `/** gear-scan.wat, translated by tools/build-gear-scan.ts; base64. */\nexport const GEAR_SCAN =\n${lines.join(' +\n')}\n`,
  )
}
