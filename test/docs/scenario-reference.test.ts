import { describe, expect, it } from 'vitest'
import { scenarioReference } from '../../tools/scenario-reference.ts'

describe('docs/scenario-reference.md', () => {
  it('is what the schema says', async () => {
    await expect(scenarioReference()).toMatchFileSnapshot('../../docs/scenario-reference.md')
  })
})
