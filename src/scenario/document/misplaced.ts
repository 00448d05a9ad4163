import { jsonSchema } from '../json-schema.ts'
import type { Path } from './document.ts'

/** As far as it is needed here. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
}

/** What a key that is not known here most likely is, as a remedy to append; empty when nothing is known of it. */
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

/** What stands at a path, as far as mappings alone lead there. */
function schemaAt(schema: Schema, path: Path): Schema | undefined {
  return path.reduce<Schema | undefined>((node, step) => {
    const { properties, additionalProperties } = node ?? {}
    if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step]
    return typeof additionalProperties === 'object' ? additionalProperties : undefined
  }, schema)
}

/** Those that people begin with. */
const JOBS = ['backup', 'copy', 'verify', 'replicate', 'snapshot', 'prune']
