import { readFile } from 'node:fs/promises'
import { ScenarioFile } from '../document/document.ts'
import { ScenarioError, scenarioError } from '../document/problems.ts'
import { problemsOf } from '../document/schema-problems.ts'
import { priceBook } from '../schema/money.ts'

/**
 * Reads a file of prices, which can replace a scenario's own.
 * @returns the value for the scenario's `prices`
 * @throws ScenarioError whose message names every problem with its line and column
 */
export async function readPriceBook(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new ScenarioError(`there is no file ${path} of prices`)
  }
  const file = new ScenarioFile(text.replace(/^\uFEFF/, ''), path)
  if (file.faults.length > 0) {
    throw scenarioError(
      file,
      file.faults.map(({ message, place }) => ({ path: [], message, place })),
    )
  }
  const { content } = file
  const parsed = priceBook.safeParse(content)
  if (parsed.success) return content
  const problems = problemsOf(parsed.error.issues, content)
  throw scenarioError(
    file,
    problems.map(({ path: at, message, part }) => ({ path: at, message, place: file.locate(at, part) })),
  )
}
