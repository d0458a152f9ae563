import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defaultContract, defineContract } from './contract.ts'
import { describeCategories } from './json-schema.ts'

describe('describeCategories', () => {
  it('describes each category in order, as data that survives JSON', () => {
    const described = describeCategories(defaultContract)
    expect(described.map(({ name, title }) => [name, title])).toEqual([
      ['engine', 'Engine'],
      ['tool', 'Tool'],
      ['workflow', 'Workflow'],
      ['progress', 'Progress'],
      ['error', 'Error'],
      ['info', 'Info'],
    ])
    expect(JSON.parse(JSON.stringify(described))).toEqual(described)
    expect(described[1]?.metadata).toMatchObject({
      type: 'object',
      properties: { tool: { type: 'string' }, resultCount: { type: 'number', minimum: 0 } },
    })
  })

  it('describes what a producer may pass, not what a reader gets', () => {
    const schema = z.object({ count: z.string().transform(Number), source: z.string().default('web') })
    const [described] = describeCategories(defineContract({ categories: { retrieval: schema } }))
    expect(described?.metadata).toMatchObject({ properties: { count: { type: 'string' } }, required: ['count'] })
  })

  it("takes the title from the schema's own metadata", () => {
    const contract = defineContract({ categories: { retrieval: z.object({}).meta({ title: 'Reading' }) } })
    expect(describeCategories(contract)[0]?.title).toBe('Reading')
  })

  it('leaves open what JSON Schema cannot say', () => {
    const contract = defineContract({ categories: { odd: z.object({ any: z.custom<string>(() => true) }) } })
    expect(describeCategories(contract)[0]?.metadata).toMatchObject({ properties: { any: {} } })
  })
})
