import type { Draft } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import type { LogPolicy } from '../../seams/backplane.ts'
import type { Emit } from '../../telemetry/events.ts'
import { backplaneSuite } from '../../testing/backplane-suite.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { seededRandom } from '../../testing/seeded-random.ts'
import { type MemoryBackplaneOptions, memoryBackplane } from './backplane.ts'

backplaneSuite('memory', () => memoryBackplane(), {
  describe,
  it,
  equal: (actual, expected) => expect(actual).toEqual(expected),
})

const policy: LogPolicy<string, number> = {
  retention: { size: 100, ttlMs: 1_000 },
  fold: (state, entries) => (state ?? 0) + entries.length,
  sizeOf: () => 8,
}

function draft(at: number, body = '{"id":"x"}'): Draft<string> {
  return { kind: 'event', id: 'x', type: 'info', priority: 'normal', event: 'x', body, at }
}

function setUp(options: MemoryBackplaneOptions) {
  const clock = createManualClock()
  const evicted: string[] = []
  const emit: Emit = (name, event) => {
    if (name === 'history.evicted' && 'limit' in event) evicted.push(String(event.limit))
  }
  const backplane = memoryBackplane(options)<string, number>({ clock, random: seededRandom(1), emit })
  return { backplane, clock, evicted }
}

describe('memory backplane: what it holds', () => {
  it('forgets the least recently used conversation beyond its number, and its epoch ends', async () => {
    const { backplane, clock, evicted } = setUp({ conversationsMax: 2 })
    const a = await backplane.append('t:a', [draft(clock.now())], policy)
    await backplane.append('t:b', [draft(clock.now())], policy)
    await backplane.append('t:a', [draft(clock.now())], policy)
    await backplane.append('t:c', [draft(clock.now())], policy)
    expect(evicted).toEqual(['conversationsMax'])
    expect((await backplane.read('t:a', 0, 10)).epoch).toBe(a.epoch)
    const b = await backplane.append('t:b', [draft(clock.now())], policy)
    expect(b.places[0]?.offset).toBe(1)
  })

  it('never forgets a conversation somebody listens to, and does not count it', async () => {
    const { backplane, clock } = setUp({ conversationsMax: 1 })
    const { epoch } = await backplane.append('t:a', [draft(clock.now())], policy)
    const stop = await backplane.subscribe('t:a', () => undefined)
    for (const id of ['b', 'c', 'd']) await backplane.append(`t:${id}`, [draft(clock.now())], policy)
    expect((await backplane.head('t:a')).epoch).toBe(epoch)
    stop()
    await backplane.append('t:e', [draft(clock.now())], policy)
    expect((await backplane.head('t:a')).epoch).not.toBe(epoch)
  })

  it('never forgets a conversation in which something goes on, and does not count it', async () => {
    const { backplane, clock, evicted } = setUp({ conversationsMax: 1 })
    // Held before anything was said in it, as it is for the first update of its first span.
    const releases = [backplane.hold('t:a'), backplane.hold('t:a')]
    const { epoch } = await backplane.append('t:a', [draft(clock.now())], policy)
    await backplane.append('t:b', [draft(clock.now())], policy)
    expect(evicted).toEqual([])
    await backplane.append('t:c', [draft(clock.now())], policy)
    expect(evicted).toEqual(['conversationsMax'])
    // Letting go twice is not letting go for the other.
    releases[0]?.()
    releases[0]?.()
    await backplane.append('t:d', [draft(clock.now())], policy)
    expect((await backplane.head('t:a')).epoch).toBe(epoch)
    releases[1]?.()
    await backplane.append('t:e', [draft(clock.now())], policy)
    expect((await backplane.head('t:a')).epoch).not.toBe(epoch)
  })

  it('counts bytes once when the last who listens stops while it is told', async () => {
    const { backplane, clock, evicted } = setUp({ bytesMax: 1_000 })
    for (let round = 0; round < 50; round++) {
      let stop = (): void => undefined
      stop = await backplane.subscribe('t:a', () => stop())
      await backplane.append('t:a', [draft(clock.now(), 'x'.repeat(10))], policy)
    }
    await backplane.append('t:b', [draft(clock.now(), 'x'.repeat(10))], policy)
    expect(evicted).toEqual([])
    expect((await backplane.read('t:a', 0, 100)).entries).toHaveLength(50)
  })

  it('does not count the bytes of a conversation in which something goes on', async () => {
    const { backplane, clock, evicted } = setUp({ bytesMax: 1_000 })
    const body = `{"${'x'.repeat(900)}":1}`
    const release = backplane.hold('t:a')
    for (let time = 0; time < 5; time++) await backplane.append('t:a', [draft(clock.now(), body)], policy)
    await backplane.append('t:b', [draft(clock.now(), body)], policy)
    expect(evicted).toEqual([])
    release()
    expect(evicted).toEqual(['bytesMax'])
    expect((await backplane.head('t:a')).offset).toBe(0)
  })

  it('keeps a conversation that is let go of while somebody listens, and one whose listener goes while it is held', async () => {
    const { backplane, clock } = setUp({ conversationsMax: 1 })
    const { epoch } = await backplane.append('t:a', [draft(clock.now())], policy)
    const stop = await backplane.subscribe('t:a', () => undefined)
    const release = backplane.hold('t:a')
    release()
    for (const id of ['b', 'c']) await backplane.append(`t:${id}`, [draft(clock.now())], policy)
    const releaseAgain = backplane.hold('t:a')
    stop()
    for (const id of ['d', 'e']) await backplane.append(`t:${id}`, [draft(clock.now())], policy)
    expect((await backplane.head('t:a')).epoch).toBe(epoch)
    releaseAgain()
  })

  it('forgets conversations beyond its bytes', async () => {
    const { backplane, clock, evicted } = setUp({ bytesMax: 1_000 })
    for (const id of ['a', 'b', 'c'])
      await backplane.append(`t:${id}`, [draft(clock.now(), `{"${'x'.repeat(400)}":1}`)], policy)
    expect(evicted).toEqual(['bytesMax'])
    expect((await backplane.head('t:a')).offset).toBe(0)
    expect((await backplane.head('t:c')).offset).toBe(1)
  })

  it('sweeps expired entries of conversations nobody touches, and keeps their fold', async () => {
    const { backplane, clock } = setUp({ sweepIntervalMs: 5_000 })
    await backplane.append('t:a', [draft(clock.now()), draft(clock.now())], policy)
    clock.advance(5_000)
    expect(await backplane.checkpoint('t:a')).toMatchObject({ position: { offset: 2 }, state: 2 })
  })

  it('counts the fold of what has expired, and forgets for it', async () => {
    const { backplane, clock, evicted } = setUp({ bytesMax: 1_000 })
    const large = { ...policy, sizeOf: () => 900 }
    for (const id of ['a', 'b']) await backplane.append(`t:${id}`, [draft(clock.now())], large)
    expect(evicted).toEqual([])
    clock.advance(2_000)
    for (const id of ['a', 'b']) await backplane.read(`t:${id}`, 0, 10)
    expect(evicted).toEqual(['bytesMax'])
    expect(await backplane.checkpoint('t:a')).toBeNull()
  })

  it('refuses a bound that is not positive', () => {
    expect(() => memoryBackplane({ conversationsMax: 0 })).toThrow('conversationsMax must be positive, not 0')
  })
})
