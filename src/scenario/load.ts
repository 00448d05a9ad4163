import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { statSync } from 'node:fs'
import type { Strategy } from '../strategy/strategy.ts'
import { Compilation } from './compilation.ts'
import { complianceFromDocument } from './sections/compliance.ts'
import { crossCheck } from './checks/cross-checks.ts'
import { ofTopologies } from './checks/of-topologies.ts'
import type { Remark } from './checks/of-topologies.ts'
import { isRecorded } from './sections/datasets.ts'
import { ScenarioFile, isMapping } from './document/document.ts'
import type { Path } from './document/document.ts'
import { comparedStrategies, experimentFromDocument } from './sections/experiment.ts'
import { didYouMean } from './document/nearest-word.ts'
import { checkCurrency, moneyOf } from './sections/money.ts'
import { override } from './document/overrides.ts'
import { PriceBook } from './sections/price-book.ts'
import { ScenarioError, scenarioError } from './document/problems.ts'
import type { PlacedProblem, Problem } from './document/problems.ts'
import type { ComplianceRule, ExperimentSpecification, Scenario, Topology } from './scenario.ts'
import { problemsOf } from './document/schema-problems.ts'
import { scenarioSchema } from './schema/scenario.ts'
import type { ScenarioDocument } from './schema/scenario.ts'
import { SettingError, setValues } from './document/set-values.ts'
import type { Settings } from './document/set-values.ts'
import { strategiesFromDocument } from './sections/strategies.ts'
import { worldFromDocument } from './sections/world.ts'

export { ScenarioError } from './document/problems.ts'

const BASE = 'base'

/**
 * Reads a scenario file.
 * @param settings values that replace the file's own
 * @throws ScenarioError whose message names every problem with its line and column
 */
export async function loadScenario(path: string, settings: Settings = {}): Promise<Scenario> {
  return parseScenario(await readScenario(path), path, settings)
}

/** Suggests a scenario in the same directory whose name is nearly the same. */
async function alike(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => [])
  const scenarios = names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(dirname(path), name))
  const named = scenarios.find((name) => name.replace(/\.ya?ml$/, '') === path)
  return named === undefined ? didYouMean(path, scenarios) : `; did you mean '${named}'?`
}

/**
 * The text of a scenario file.
 * @throws ScenarioError when there is none
 */
export async function readScenario(path: string): Promise<string> {
  let bytes: Buffer
  try {
    if ((await stat(path)).isDirectory()) throw new ScenarioError(`${path} is a directory; expected a scenario file`)
    bytes = await readFile(path)
  } catch (error) {
    if (error instanceof ScenarioError) throw error
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new ScenarioError(
      missing ? `there is no file ${path}${await alike(path)}` : `${path} cannot be read: ${reasonOf(error)}`,
    )
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ScenarioError(otherEncoding(bytes, path))
  }
}

/** Where the first byte is that is not UTF-8, and which encoding the file may have instead. */
function otherEncoding(bytes: Buffer, path: string): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const before = bytes.toString('utf8').split('\uFFFD', 1)[0]!.split('\n')
  const place = `${path}:${before.length}:${before.at(-1)!.length + 1}`
  return `${place}  not UTF-8 but ${isUtf16 ? 'UTF-16' : 'another encoding'}; save the file as UTF-8`
}

/**
 * Reads a scenario from its text. Directories that datasets come from are resolved relative to `path`.
 * @param path for messages, the scenario's id, and relative paths in it
 * @param settings values that replace the text's own
 * @throws ScenarioError whose message names every problem with its line and column
 */
export function parseScenario(text: string, path: string, settings: Settings = {}): Scenario {
  const file = new ScenarioFile(text.replace(/^\uFEFF/, ''), path)
  if (file.faults.length > 0) {
    throw scenarioError(
      file,
      file.faults.map(({ message, place }) => ({ path: [], message, place })),
    )
  }
  const { content, targets } = withSettings(contentOf(file), settings)
  const base = compile(content, path)
  refuseSettings(targets, settings, base.problems)
  if (base.compiled === undefined || base.problems.length > 0) throw scenarioError(file, placed(file, base.problems))
  const { document, world, strategies, experiment, compliance, compilation } = base.compiled

  const topologies: Topology[] = [{ name: BASE, world }]
  const problems: PlacedProblem[] = []
  const warnings: Remark[] = [...compilation.warnings].map((warning) => ({ topology: BASE, text: warning }))
  for (const [name, overrides] of Object.entries(document.experiment.compare.topologies)) {
    const at: Path = ['experiment', 'compare', 'topologies', name]
    if (name === BASE) {
      const message = `'${BASE}' is the scenario as written; give this topology another name`
      problems.push(...placed(file, [{ path: at, message, part: 'key' }]))
      continue
    }
    const overridden = override(content, overrides, at)
    problems.push(...placed(file, overridden.problems))
    const variant = compile(overridden.content, path)
    problems.push(...placed(file, variant.problems, overridden.origin))
    if (variant.compiled !== undefined) topologies.push({ name, world: variant.compiled.world })
    for (const warning of variant.compiled?.compilation.warnings ?? []) warnings.push({ topology: name, text: warning })
    for (const [target, value] of Object.entries(overrides)) {
      compilation.assume(`topologies.${name}: ${target}`, typeof value === 'string' ? value : JSON.stringify(value))
    }
  }
  if (problems.length > 0) throw scenarioError(file, problems)
  return {
    id: basename(path, extname(path)),
    name: document.name,
    start: document.start,
    horizon_s: document.horizon,
    seed: String(document.experiment.seed),
    topologies,
    strategies,
    experiment,
    ...(document.money === undefined && document.prices?.currency === undefined
      ? {}
      : { money: moneyOf(document, compilation) }),
    compliance,
    assumptions: compilation.assumptions,
    warnings: ofTopologies(warnings, topologies.length),
    text,
    settings,
    path,
  }
}

function withSettings(content: Record<string, unknown>, settings: Settings): ReturnType<typeof setValues> {
  try {
    return setValues(content, settings)
  } catch (error) {
    if (error instanceof SettingError) throw new ScenarioError(error.message)
    throw error
  }
}

/** Problems that a setting causes are reported as such, because a setting has no place in the file. */
function refuseSettings(targets: ReadonlyMap<string, Path>, settings: Settings, problems: readonly Problem[]): void {
  for (const [dotted, target] of targets) {
    const problem = problems.find(({ path }) => target.every((step, depth) => path[depth] === step))
    if (problem === undefined) continue
    throw new ScenarioError(`${dotted}: ${problem.message} (set to ${JSON.stringify(settings[dotted])})`)
  }
}

function contentOf(file: ScenarioFile): Record<string, unknown> {
  let content: unknown
  try {
    content = file.content
  } catch (error) {
    if (!/alias/i.test(reasonOf(error))) throw new ScenarioError(`${file.path} cannot be read: ${reasonOf(error)}`)
    const message =
      'aliases (*name), of which this is the first, repeat more than a thousand things; write fewer of them'
    throw scenarioError(file, [{ path: [], message, place: file.firstAlias }])
  }
  const hint = 'a scenario begins with firedrill: 1; scenarios/ in the package holds examples'
  if (content === null || content === undefined) throw new ScenarioError(`${file.path} is empty; ${hint}`)
  if (!isMapping(content)) {
    throw new ScenarioError(
      `${file.path}:1:1  not a scenario but ${Array.isArray(content) ? 'a list' : 'a text'}; ${hint}`,
    )
  }
  return content
}

interface Compiled {
  readonly document: ScenarioDocument
  readonly world: Topology['world']
  readonly strategies: readonly Strategy[]
  readonly experiment: ExperimentSpecification
  readonly compliance: readonly ComplianceRule[]
  readonly compilation: Compilation
}

interface CompilationOutcome {
  /** Undefined when the document does not match the schema. */
  readonly compiled?: Compiled
  readonly problems: readonly Problem[]
}

/** Checks a document by the schema, then its parts against each other. */
function compile(content: unknown, path: string): CompilationOutcome {
  const parsed = scenarioSchema.safeParse(content)
  if (!parsed.success) return { problems: problemsOf(parsed.error.issues, content) }
  const document = parsed.data
  const { start, horizon: horizon_s, timezone = 'UTC' } = document
  const compilation = new Compilation({ start, horizon_s, timezone }, String(document.experiment.seed))
  if (document.prices !== undefined) compilation.prices = new PriceBook(document.prices, compilation)
  const directory = dirname(resolve(path))
  const world = worldFromDocument(document, compilation, (from) => resolve(directory, from))
  for (const [name, { from }] of Object.entries(document.datasets)) {
    if (from === undefined || isRecorded(from) || isDirectory(resolve(directory, from))) continue
    const message = `there is no directory ${from}; expected a path as seen from the scenario file's folder, or a whole path`
    compilation.problem(['datasets', name, 'from'], message)
  }
  const strategies = strategiesFromDocument(document, world, compilation)
  crossCheck(world, strategies, compilation)
  checkCurrency(document, compilation)
  const compiled: Compiled = {
    document,
    world,
    strategies: comparedStrategies(document, strategies, compilation),
    experiment: experimentFromDocument(document, world, compilation),
    compliance: complianceFromDocument(document.compliance, [...world.datasets.keys()], compilation),
    compilation,
  }
  return { compiled, problems: compilation.problems }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function placed(
  file: ScenarioFile,
  problems: readonly Problem[],
  origin: (path: Path) => Path = (path) => path,
): PlacedProblem[] {
  return problems.map(({ path, message, part }) => {
    const at = origin(path)
    return { path: at, message, place: file.locate(at, part) }
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
