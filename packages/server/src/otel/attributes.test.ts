import { describe, expect, it } from 'vitest'
import { categoryAttributes, oneOf } from './attributes.ts'

describe('attributes', () => {
  it('are made once for a category', () => {
    const ofCategory = categoryAttributes()
    expect(ofCategory('tool')).toEqual({ 'telltale.category': 'tool' })
    expect(ofCategory('tool')).toBe(ofCategory('tool'))
  })

  it('call what has no name of the contract by one name', () => {
    expect(categoryAttributes()('')).toEqual({ 'telltale.category': '_OTHER' })
  })

  it('stay few, whatever comes', () => {
    const ofCategory = categoryAttributes()
    const names = new Set<unknown>()
    for (let n = 0; n < 1_000; n++) names.add(ofCategory(`invented ${n}`)['telltale.category'])
    expect(names.size).toBe(33)
    expect(ofCategory('invented 999')).toEqual({ 'telltale.category': '_OTHER' })
    expect(ofCategory('invented 0')).toEqual({ 'telltale.category': 'invented 0' })
  })

  it('are of a fixed set, or stand for all that is not', () => {
    const codeOf = oneOf(new Set([1_000, 1_006]))
    expect([1_000, 1_006, 4_711].map(codeOf)).toEqual([1_000, 1_006, '_OTHER'])
  })
})
