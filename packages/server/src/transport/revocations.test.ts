import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { Revocations } from './revocations.ts'

const dayMs = 24 * 60 * 60 * 1_000

function open(limit = 100) {
  const clock = createManualClock()
  const forgotten: number[] = []
  const revocations = new Revocations({ limit, now: () => clock.now(), onForgotten: () => forgotten.push(clock.now()) })
  const of = (userId: string, issuedAt?: number) => ({ userId, ...(issuedAt !== undefined && { issuedAt }) })
  return { clock, forgotten, revocations, of }
}

describe('what was taken back', () => {
  it('is not given again by credentials from before, and is by those from then on', () => {
    const { clock, revocations, of } = open()
    revocations.add('ada', 'c1')
    const since = revocations.count
    expect(revocations.covers(of('ada', clock.now() - 1), 'c1', since)).toBe(true)
    expect(revocations.covers(of('ada', clock.now()), 'c1', since)).toBe(false)
    expect(revocations.covers(of('ada', clock.now() - 1), 'c2', since)).toBe(false)
    expect(revocations.covers(of('bob', clock.now() - 1), 'c1', since)).toBe(false)
    expect(revocations.covers(of('ada', clock.now() - 1), null, since)).toBe(false)
  })

  it('as a whole is taken back in every conversation', () => {
    const { clock, revocations, of } = open()
    revocations.add('ada', null)
    const since = revocations.count
    expect(revocations.covers(of('ada', clock.now() - 1), null, since)).toBe(true)
    expect(revocations.covers(of('ada', clock.now() - 1), 'c1', since)).toBe(true)
    expect(revocations.covers(of('bob', clock.now() - 1), 'c1', since)).toBe(false)
  })

  it('is refused to whoever was asked about before and answered after, whatever the credentials say', () => {
    const { revocations, of } = open()
    const before = revocations.count
    revocations.add('ada', 'c1')
    expect(revocations.covers(of('ada'), 'c1', before)).toBe(true)
    expect(revocations.covers(of('ada'), 'c2', before)).toBe(false)
  })

  it('is up to the app where credentials do not say since when they are', () => {
    const { revocations, of } = open()
    revocations.add('ada', null)
    expect(revocations.covers(of('ada'), 'c1', revocations.count)).toBe(false)
  })

  it('is remembered for as long as a token may live', () => {
    const { clock, forgotten, revocations, of } = open()
    const issuedAt = clock.now() - 1
    revocations.add('ada', 'c1')
    clock.advance(14 * dayMs)
    revocations.add('bob', 'c1')
    expect(revocations.covers(of('ada', issuedAt), 'c1', revocations.count)).toBe(true)
    clock.advance(1)
    revocations.add('bob', 'c1')
    expect(revocations.covers(of('ada', issuedAt), 'c1', revocations.count)).toBe(false)
    expect(forgotten).toEqual([])
  })

  it('is forgotten before that only beyond the limit, the oldest first, and that is told', () => {
    const { clock, forgotten, revocations, of } = open(2)
    const issuedAt = clock.now() - 1
    for (const userId of ['ada', 'bob', 'ada', 'cy']) revocations.add(userId, 'c1')
    const covered = ['ada', 'bob', 'cy'].map((userId) => revocations.covers(of(userId, issuedAt), 'c1', 4))
    expect(covered).toEqual([true, false, true])
    expect(forgotten).toHaveLength(1)
  })

  it('cannot be mistaken for another by a name that was chosen for that', () => {
    const { clock, revocations, of } = open()
    revocations.add('a","b', 'c')
    expect(revocations.covers(of('a', clock.now() - 1), 'b","c', revocations.count)).toBe(false)
    revocations.add('ada', 'null')
    expect(revocations.covers(of('ada', clock.now() - 1), null, revocations.count)).toBe(false)
  })
})
