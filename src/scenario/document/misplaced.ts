import { jsonSchema } from '../json-schema.ts'
import type { Path } from './document.ts'

/** The parts of a JSON Schema that are needed here. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
}

/** Tells where a key that is unknown here probably belongs, as a remedy to append to a message; empty when nothing is known. */
export function whereItBelongs(key: string, value: unknown, path: Path): string {
  if (/^[\w-]+:\S/.test(key)) return `; a space is missing after the colon: '${key.replace(':', ': ')}'`
  const schema: Schema = jsonSchema()
  const sections = Object.entries(schema.properties ?? {})
  if (path.length > 0 && sections.some(([name]) => name === key)) {
    return `; '${key}' is a section: it begins at the left margin`
  }
  if (path[0] === 'strategies' && path.length === 2 && JOBS.includes(key)) {
    return `; a job is an entry of a list: '- ${key}: …'`
  }
  if (path[0] !== 'strategies' && Array.isArray(value)) return '; a list of jobs is a strategy: it stands in strategies'
  const nearer = Object.entries(schemaAt(schema, path)?.properties ?? {}).find(
    ([, { properties }]) => properties !== undefined && Object.hasOwn(properties, key),
  )
  if (nearer !== undefined) return `; '${key}' stands in ${nearer[0]}: { ${key}: … }`
  const home = sections.find(([, { $ref, properties }]) => {
    const own = properties ?? schema.$defs?.[$ref?.replace('#/$defs/', '') ?? '']?.properties ?? {}
    return Object.hasOwn(own, key)
  })
  return home === undefined || home[0] === path[0] ? '' : `; '${key}' stands in ${home[0]}`
}

/** The schema at a path, as long as only mappings lead there. */
function schemaAt(schema: Schema, path: Path): Schema | undefined {
  return path.reduce<Schema | undefined>((node, step) => {
    const { properties, additionalProperties } = node ?? {}
    if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step]
    return typeof additionalProperties === 'object' ? additionalProperties : undefined
  }, schema)
}

/** The jobs to suggest first. */
const JOBS = ['backup', 'copy', 'verify', 'replicate', 'snapshot', 'prune']
