import type { Scenario } from '../../scenario/scenario.ts'
import { digestOf } from '../digest.ts'
import type { BlockResult, Finding } from '../cell/run-block.ts'
import { firedrillVersion } from '../version.ts'
import type { CellBlock } from './executor.ts'

const scenarios = new WeakMap<Scenario, string>()

/**
 * The name (hex) of what a block computes: the same for the same version, scenario, seed and block, and for no other. A
 * dataset from a real directory is named by its path only.
 */
export function blockId({ cell, block }: CellBlock): string {
  const { scenario, strategy, topology, seed, traced = false } = cell
  let source = scenarios.get(scenario)
  if (source === undefined) {
    source = digestOf([firedrillVersion(), scenario.id, scenario.text, scenario.settings])
    scenarios.set(scenario, source)
  }
  return digestOf([source, strategy.name, topology.name, seed, traced, block]).slice(0, 32)
}

/** Numbers that JSON has not. */
const NOT_IN_JSON: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity }
const KEY = '$number'

/** A result as text on one line that reads back as the same, number for number. */
export function textOfResult(result: BlockResult | Finding): string {
  return JSON.stringify(result, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { [KEY]: String(value) } : value,
  )
}

/** @throws SyntaxError when it is no such text */
export function resultOfText(text: string): BlockResult {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file's version and the block's id say that it is one
  return JSON.parse(text, withNumbers) as BlockResult
}

/** @throws SyntaxError when it is no such text */
export function findingOfText(text: string): Finding {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return JSON.parse(text, withNumbers) as Finding
}

/** What a worker elsewhere tells of a block on its way. */
export type News = { readonly share: number } | { readonly finding: Finding }

export function textOfNews(news: News): string {
  return 'share' in news ? JSON.stringify(news) : `{"finding":${textOfResult(news.finding)}}`
}

/** @throws SyntaxError when it is no such text */
export function newsOfText(text: string): News {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return JSON.parse(text, withNumbers) as News
}

function withNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(KEY in value)) return value
  return NOT_IN_JSON[String(value[KEY])]
}
