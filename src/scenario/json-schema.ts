import { z } from 'zod'
import { MEANINGS } from './schema/meanings.ts'
import { scenarioSchema } from './schema/scenario.ts'

/** The parts of a JSON Schema that contain keys. */
interface Node {
  description?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | boolean
  readonly anyOf?: readonly Node[]
  readonly oneOf?: readonly Node[]
  readonly items?: Node | false
  readonly $defs?: Readonly<Record<string, Node>>
}

/** The JSON Schema (2020-12) of scenario files, for editors. It leaves out checks that need a whole file. */
export function jsonSchema(): object {
  const schema: object = z.toJSONSchema(scenarioSchema, { io: 'input' })
  explain(schema, [])
  return { title: 'firedrill scenario', ...schema }
}

/** Gives every key its meaning as a description. @param within names of the enclosing keys, the nearest last */
function explain(schema: Node, within: readonly string[]): void {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const nearest = within.toReversed().map((outer) => MEANINGS[`${outer}.${key}`])
    value.description ??= nearest.find((meaning) => meaning !== undefined) ?? MEANINGS[key] ?? ''
    explain(value, [...within, key])
  }
  for (const [name, part] of Object.entries(schema.$defs ?? {})) explain(part, [name])
  const { anyOf = [], oneOf = [], items, additionalProperties } = schema
  for (const each of [...anyOf, ...oneOf, items, additionalProperties])
    if (typeof each === 'object') explain(each, within)
}

/** The text of scenarios/schema.json. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(jsonSchema(), undefined, 2)}\n`
}
