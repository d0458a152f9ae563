import type { PresenceMember } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { follow, setUp, socketOf, topic } from '../../../../test/support/followed-presence.ts'

const usersOf = (members: readonly PresenceMember[]): string[] =>
  members.map(({ userId, metas }) => `${userId} ${metas.length}`)

describe('a presence tracker', () => {
  it('has one meta a connection, however many streams that has, and one member a user', () => {
    const { tracker } = setUp()
    const tab = socketOf('ada')
    const leaves = [tab, tab, socketOf('ada'), socketOf('bob')].map((watcher) => tracker.join(topic, watcher))
    expect(usersOf(tracker.members(topic))).toEqual(['ada 2', 'bob 1'])
    leaves[0]?.()
    leaves[0]?.()
    expect(usersOf(tracker.members(topic))).toEqual(['ada 2', 'bob 1'])
    leaves[1]?.()
    leaves[2]?.()
    expect(usersOf(tracker.members(topic))).toEqual(['bob 1'])
  })

  it('does not let a late leave of an old stream take out what a newer one joined', () => {
    const { tracker, clock } = setUp()
    const tab = socketOf('ada')
    const leaveOld = tracker.join(topic, tab)
    leaveOld()
    clock.advance(1_000)
    tracker.join(topic, tab)
    leaveOld()
    expect(tracker.members(topic)).toMatchObject([{ metas: [{ joinedAt: '2026-01-01T00:00:01.000Z' }] }])
  })

  it('counts no caller in this process', () => {
    const { tracker } = setUp()
    const leave = tracker.join(topic, { identity: { userId: 'worker' }, transport: null })
    expect([tracker.members(topic), tracker.size.topics]).toEqual([[], 0])
    leave()
  })

  it('tells others what the newest connection says of its user', () => {
    const { tracker, clock } = setUp()
    tracker.join(topic, socketOf('ada', 'Ada'))
    clock.advance(1)
    const leave = tracker.join(topic, socketOf('ada', 'Countess'))
    expect(tracker.members(topic)).toMatchObject([{ userId: 'ada', info: { name: 'Countess' } }])
    leave()
    expect(tracker.members(topic)).toMatchObject([{ userId: 'ada', info: { name: 'Ada' } }])
  })

  it('tells telemetry of members, not of connections', () => {
    const { tracker, told } = setUp()
    const leaves = ['ada', 'ada', 'bob'].map((userId) => tracker.join(topic, socketOf(userId)))
    for (const leave of leaves) leave()
    expect(told).toEqual([
      ['presence.joined', { members: 1 }],
      ['presence.joined', { members: 2 }],
      ['presence.left', { members: 1 }],
      ['presence.left', { members: 0 }],
    ])
  })

  it('holds nothing after everybody left', async () => {
    const { tracker, clock } = setUp()
    const reader = follow(tracker)
    const leaves = ['ada', 'bob'].map((userId) => tracker.join(topic, socketOf(userId)))
    await reader.next()
    expect(tracker.size).toEqual({ topics: 1, feeds: 1, members: 2 })
    for (const leave of leaves) leave()
    reader.stop()
    expect(await reader.next()).toBeNull()
    expect([tracker.size, clock.timers]).toEqual([{ topics: 0, feeds: 0, members: 0 }, 0])
  })
})
