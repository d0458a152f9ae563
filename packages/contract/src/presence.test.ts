import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/support/seeded.ts'
import { applyPresence, isPresenceFrame, type PresenceMember, type PresenceMeta } from './presence.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const meta = (connectionId: string, second = 0): PresenceMeta => ({
  connectionId,
  joinedAt: at(second),
  transport: 'websocket',
})
const member = (userId: string, ...metas: PresenceMeta[]): PresenceMember => ({ userId, metas })

describe('applyPresence', () => {
  it('takes a state for all there is', () => {
    const members = [member('ada', meta('a'))]
    expect(applyPresence([member('bob', meta('b'))], { type: 'state', members })).toBe(members)
  })

  it('has one member a user, with its connections by age', () => {
    const before = [member('ada', meta('a2', 2))]
    const joins = [member('bob', meta('b', 1)), member('ada', meta('a3', 3), meta('a1', 1))]
    expect(applyPresence(before, { type: 'diff', joins, leaves: [] })).toEqual([
      member('ada', meta('a1', 1), meta('a2', 2), meta('a3', 3)),
      member('bob', meta('b', 1)),
    ])
  })

  it('lets a user go with its last connection', () => {
    const before = [member('ada', meta('a1'), meta('a2')), member('bob', meta('b'))]
    const leaves = [member('ada', meta('a1')), member('bob', meta('b'))]
    expect(applyPresence(before, { type: 'diff', joins: [], leaves })).toEqual([member('ada', meta('a2'))])
  })

  it('lets go before it takes in, so that a connection that began again is there once', () => {
    const before = [member('ada', meta('a', 1))]
    const diff = { type: 'diff', joins: [member('ada', meta('a', 2))], leaves: [member('ada', meta('a', 1))] } as const
    expect(applyPresence(before, diff)).toEqual([member('ada', meta('a', 2))])
  })

  it('has the info that the diff has, and none where that has none', () => {
    const before = [{ ...member('ada', meta('a1'), meta('a2')), info: { name: 'Ada' } }, member('bob', meta('b'))]
    const leaves = [member('ada', meta('a2'))]
    const joins = [{ ...member('bob', meta('b2')), info: { name: 'Bob' } }]
    expect(applyPresence(before, { type: 'diff', joins, leaves })).toEqual([
      member('ada', meta('a1')),
      { ...member('bob', meta('b'), meta('b2')), info: { name: 'Bob' } },
    ])
  })

  it('keeps members that did not change the same objects, and changes nothing that it was given', () => {
    const before = Object.freeze([member('ada', meta('a')), member('bob', Object.freeze(meta('b')))])
    const after = applyPresence(before, { type: 'diff', joins: [member('cy', meta('c'))], leaves: [] })
    expect(after[0]).toBe(before[0])
    expect(after).toHaveLength(3)
    expect(before).toHaveLength(2)
  })

  it('is the same however the names are spelled, also as names that objects have', () => {
    const joins = ['constructor', '__proto__', 'B', 'a'].map((userId) => member(userId, meta(userId)))
    const after = applyPresence([], { type: 'diff', joins, leaves: [] })
    expect(after.map(({ userId }) => userId)).toEqual(['B', '__proto__', 'a', 'constructor'])
  })

  it('comes to the same when a diff is applied twice', () => {
    const users = fc.constantFrom('ada', 'bob', 'cy')
    // A connection is one user's, so its name begins with the user's.
    const change = users.chain((userId) =>
      fc.record({
        userId: fc.constant(userId),
        metas: fc
          .tuple(fc.constantFrom('1', '2', '3'), fc.nat(5))
          .map(([number, second]) => [meta(`${userId}${number}`, second)]),
      }),
    )
    const distinct = fc.uniqueArray(change, { selector: ({ userId }) => userId })
    const diff = fc.record({ type: fc.constant('diff' as const), joins: distinct, leaves: distinct })
    fc.assert(
      fc.property(fc.array(diff), diff, (earlier, last) => {
        let members: readonly PresenceMember[] = []
        for (const frame of earlier) members = applyPresence(members, frame)
        const once = applyPresence(members, last)
        expect(applyPresence(once, last)).toEqual(once)
        for (const { metas } of once) expect(metas.length).toBeGreaterThan(0)
      }),
      runs(200),
    )
  })
})

describe('isPresenceFrame', () => {
  it.each([
    [{ type: 'state', members: [] }, true],
    [{ type: 'diff', joins: [], leaves: [] }, true],
    [{ type: 'diff', joins: [] }, false],
    [{ type: 'state' }, false],
    [{ type: 'later' }, false],
    [null, false],
    ['state', false],
  ])('knows of %j that it is one: %s', (value, expected) => {
    expect(isPresenceFrame(value)).toBe(expected)
  })
})
