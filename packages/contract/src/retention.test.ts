import { describe, expect, it } from 'vitest'
import { defaultRetention, resolveRetention } from './retention.ts'

describe('resolveRetention', () => {
  it('keeps 1,000 updates and 10 minutes unless it is told otherwise', () => {
    expect(resolveRetention()).toEqual({ size: 1_000, ttlMs: 600_000 })
    expect(resolveRetention({ size: 1 })).toEqual({ size: 1, ttlMs: 600_000 })
    expect(resolveRetention({ ttlMs: Number.POSITIVE_INFINITY })).toMatchObject({ ttlMs: Number.POSITIVE_INFINITY })
    expect(Object.isFrozen(defaultRetention)).toBe(true)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the size %d and names it', (size) => {
    expect(() => resolveRetention({ size })).toThrow(`retention.size must be a whole number of 1 or more, not ${size}`)
  })

  it.each([0, -1, Number.NaN])('refuses the time %d and names it', (ttlMs) => {
    expect(() => resolveRetention({ ttlMs })).toThrow(`retention.ttlMs must be positive, not ${ttlMs}`)
  })
})
