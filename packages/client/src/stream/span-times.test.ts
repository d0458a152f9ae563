import { describe, expect, it } from 'vitest'
import { spanTimes } from './span-times.ts'

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
const open = { state: 'running', startedAt: at(10), updatedAt: at(14) } as const

describe('the times of a span', () => {
  it('go on while it is open, by the clock of the server', () => {
    expect(spanTimes(open, 15_500)).toEqual({ elapsedMs: 5_500, quietMs: 1_500 })
  })

  it('are not known while the server cannot be heard', () => {
    expect(spanTimes(open, null)).toEqual({ elapsedMs: null, quietMs: null })
  })

  it('of one that has ended are what it took, and it is not quiet', () => {
    const ended = { ...open, state: 'lost', durationMs: 7 } as const
    expect(spanTimes(ended, 99_000)).toEqual({ elapsedMs: 7, quietMs: null })
    expect(spanTimes(ended, null)).toEqual({ elapsedMs: 7, quietMs: null })
  })

  it('are never negative, whatever the clocks say', () => {
    expect(spanTimes(open, 1_000)).toEqual({ elapsedMs: 0, quietMs: 0 })
  })
})
