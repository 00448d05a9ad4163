/** Writes the JSON Schema of scenario files to scenarios/schema.json, where editors find it. */
import { writeFileSync } from 'node:fs'
import { jsonSchemaText } from '../src/scenario/json-schema.ts'

writeFileSync(new URL('../scenarios/schema.json', import.meta.url), jsonSchemaText())
