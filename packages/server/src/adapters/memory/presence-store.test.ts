import { describe, expect, it } from 'vitest'
import type { PresenceChange, PresenceEntry, PresenceStore } from '../../seams/presence-store.ts'
import { memoryPresenceStore } from './presence-store.ts'

const topic = 'status:c1'
const entry = (connectionId: string, generation: number): PresenceEntry => ({
  userId: 'ada',
  meta: { connectionId, joinedAt: '2026-01-01T00:00:00.000Z', transport: 'websocket' },
  generation,
})
const generations = (store: PresenceStore, of = topic): number[] =>
  store.entries(of as typeof topic).map(({ generation }) => generation)

async function watch(store: PresenceStore) {
  const heard: string[] = []
  const stop = await store.watch(topic, ({ type, entry: { meta, generation } }: PresenceChange) => {
    heard.push(`${type} ${meta.connectionId} ${generation}`)
  })
  return { heard, stop }
}

describe('the memory presence store', () => {
  it('has who joined and has not left, by topic', async () => {
    const store = memoryPresenceStore()
    await store.join(topic, entry('a', 1))
    await store.join(topic, entry('b', 2))
    await store.join('status:c2', entry('a', 3))
    await store.leave(topic, 'a', 1)
    expect([generations(store), generations(store, 'status:c2')]).toEqual([[2], [3]])
  })

  it('tells of each change after it was made, until it is told to stop', async () => {
    const store = memoryPresenceStore()
    const { heard, stop } = await watch(store)
    await store.join(topic, entry('a', 1))
    await store.join('status:c2', entry('a', 2))
    await store.leave(topic, 'a', 1)
    stop()
    stop()
    await store.join(topic, entry('a', 3))
    expect(heard).toEqual(['join a 1', 'leave a 1'])
  })

  it('does not let a late leave take out what joined after it', async () => {
    const store = memoryPresenceStore()
    const { heard } = await watch(store)
    await store.join(topic, entry('a', 1))
    await store.join(topic, entry('a', 2))
    await store.leave(topic, 'a', 1)
    expect(generations(store)).toEqual([2])
    // A join that was held up on its way changes nothing either.
    await store.join(topic, entry('a', 1))
    expect(generations(store)).toEqual([2])
    expect(heard).toEqual(['join a 1', 'leave a 1', 'join a 2'])
  })

  it('knows nobody of a topic that was left, or never was', async () => {
    const store = memoryPresenceStore()
    await store.leave(topic, 'a', 1)
    await store.join(topic, entry('a', 1))
    await store.leave(topic, 'a', 1)
    expect(generations(store)).toEqual([])
  })
})
