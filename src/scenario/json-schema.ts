import { z } from 'zod'
import { scenarioSchema } from './schema/scenario.ts'

/** The schema of scenario files for editors: JSON Schema, 2020-12. What only a whole file shows is not in it. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input' })
  return { title: 'firedrill scenario', ...schema }
}

/** As the file scenarios/schema.json holds it. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(jsonSchema(), undefined, 2)}\n`
}
