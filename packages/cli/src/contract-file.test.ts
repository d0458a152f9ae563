import { defaultContract, defineContract } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { findContract, loadContract } from './contract-file.ts'

describe('the contract of a module', () => {
  it('is its default export, or the one named contract', () => {
    const other = defineContract({ categories: { retrieval: defaultContract.categories.info } })
    expect(findContract({ default: other })).toBe(other)
    expect(findContract({ contract: other })).toBe(other)
    expect(findContract({ default: other, contract: defaultContract })).toBe(other)
    expect(findContract({ default: () => other, contract: other })).toBe(other)
  })

  it.each([
    {},
    { default: null },
    { default: 'contract' },
    { default: { categories: {} } },
    { default: { categories: {}, names: [] } },
    { default: { categories: {}, names: ['tool'] } },
    { contract: { categories: { tool: {} }, names: ['tool'] } },
    { contract: { categories: { tool: defaultContract.categories.tool }, names: [1] } },
    { another: defaultContract },
  ])('is none in %j', (module) => {
    expect(findContract(module)).toBeNull()
  })

  it('is not looked for in a file that is not there', async () => {
    const error = { code: 'INVALID_OPTION', message: 'no such file: ./nowhere/contract.ts' }
    await expect(loadContract('./nowhere/contract.ts')).rejects.toMatchObject(error)
  })
})
