/** docs/scenario-reference.md, from the schema that scenarios are checked with. Renew it with `npm test -- test/docs -u`. */
import { jsonSchema } from '../src/scenario/json-schema.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema | false
  readonly prefixItems?: readonly Schema[]
  readonly enum?: ReadonlyArray<string | number>
  readonly const?: string | number | boolean
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly pattern?: string
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** The page as Markdown. */
export function scenarioReference(): string {
  const schema: Schema = jsonSchema()
  const properties = Object.entries(schema.properties ?? {})
  const isSection = (section: Schema): boolean => isGroup(referredTo(section, schema))
  const single = properties.filter(([, value]) => !isSection(value))
  const sections = properties
    .filter(([, value]) => isSection(value))
    .map(([name, section]) => {
      const { description = '' } = section
      const sentence = `${description[0]?.toUpperCase()}${description.slice(1)}.`
      return `## ${name}\n\n${sentence}\n${tables(name, referredTo(section, schema)).join('\n')}`
    })
  const shared = Object.entries(schema.$defs ?? {})
    .filter(([name]) => !properties.some(([section]) => section === name))
    .map(([name, definition]) => `### ${name}\n${tables(name, definition).join('\n')}`)
  return `# Scenario files

Every key of a scenario, from the schema that it is checked with ([schema.json](../scenarios/schema.json), which editors
complete and explain from). A **bold** key must be there; a default that hangs on others is told with the meaning. Names (of sites, stores, strategies and so on) are yours: \`NAME\` stands for
them. Quantities carry their unit: decimal \`GB\` and binary \`GiB\` differ, a month is 30.4375 days, a year 365.25; as a span (\`5 years\`) it has 365.
What only a whole file shows (a link to a node that is not there, a store too small) is checked, too.

| key | meaning | value | default |
| --- | --- | --- | --- |
${single.map(([name, value]) => row(name, value, (schema.required ?? []).includes(name))).join('\n')}

${sections.join('\n\n')}

## Parts that stand in several places

${shared.join('\n\n')}
`
}

/** What a section refers to, where it has its keys elsewhere: they are told here, not among the parts. */
function referredTo(section: Schema, { $defs = {} }: Schema): Schema {
  return $defs[section.$ref?.replace('#/$defs/', '') ?? ''] ?? section
}

/** A table for each object in the schema, below one another, with the path to it as its title. */
function tables(path: string, schema: Schema): string[] {
  const { properties, additionalProperties, items, required = [] } = schema
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) return alternatives.flatMap((each) => tables(`${path}${variant(each)}`, each))
  if (items !== undefined && items !== false) return tables(`${path}[]`, items)
  if (typeof additionalProperties === 'object') return tables(`${path}.NAME`, additionalProperties)
  if (properties === undefined) return []
  const entries = Object.entries(properties)
  const rows = entries.map(([name, value]) => row(name, value, required.includes(name)))
  const title = `\n\`${path}\`\n\n| key | meaning | value | default |\n| --- | --- | --- | --- |\n`
  return [
    ...(rows.length === 0 ? [] : [title + rows.join('\n')]),
    ...entries.filter(([, value]) => isGroup(value)).flatMap(([name, value]) => tables(`${path}.${name}`, value)),
  ]
}

/** What tells one alternative from the others. */
function variant({ properties }: Schema): string {
  for (const name of ['kind', 'preset']) {
    const value = properties?.[name]?.const
    if (typeof value === 'string') return ` (${name}: ${value})`
  }
  return ''
}

/** Has keys of its own, which are told in a table of their own. */
function isGroup(schema: Schema): boolean {
  if (schema.properties !== undefined || typeof schema.additionalProperties === 'object') return true
  if (schema.items !== undefined && schema.items !== false && isGroup(schema.items)) return true
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some((each) => each.properties !== undefined)
}

function row(name: string, schema: Schema, required: boolean): string {
  const key = required ? `**${name}**` : name
  const given = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``
  const { description = '' } = schema
  return `| ${key} | ${description} | ${isGroup(schema) ? withKeys(schema) : valueOf(schema)} | ${given} |`
}

/** What may stand in the place of keys, and that there are keys. */
function withKeys(schema: Schema): string {
  const others = (schema.anyOf ?? schema.oneOf ?? []).filter((each) => !isGroup(each)).map(valueOf)
  return [...new Set(others), 'keys, below'].join(' or ')
}

function valueOf(schema: Schema): string {
  const { $ref, enum: choices, examples, items, prefixItems, type, minimum } = schema
  const alternatives = schema.anyOf ?? schema.oneOf
  if ($ref !== undefined) {
    const name = $ref.replace('#/$defs/', '')
    return `[${name}](#${name})`
  }
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (alternatives !== undefined) return [...new Set(alternatives.map(valueOf))].join(' or ')
  if (examples !== undefined)
    return `such as \`${String(examples[0])}\`${schema.pattern?.includes('unlimited') === true ? ', or `unlimited`' : ''}`
  if (prefixItems !== undefined) return `[${prefixItems.map(valueOf).join(', ')}]`
  if (items !== undefined && items !== false) return `list of ${valueOf(items)}`
  if (type === 'string') return 'text'
  if (type === 'object') return 'mapping'
  return `${type ?? 'anything'}${minimum === undefined ? '' : ` from ${minimum} up`}`
}
