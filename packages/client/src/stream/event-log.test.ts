import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { EventLog } from './event-log.ts'

/** Numbers are events; a text says how many were missed. */
type Event = number | string

const missed = (count: number): Event => `missed ${count}`

function open(limit: number, countOf: (event: Event) => number = () => 1) {
  const log = new EventLog<Event>(limit, countOf)
  /** A consumer that has begun: its first `next` is under way. */
  const consume = (signal = new AbortController().signal) => {
    const iterator = log.read(signal, missed)
    let pending = iterator.next()
    return {
      iterator,
      /** The next event; what comes behind it waits in the log. */
      take: async (): Promise<Event | undefined> => {
        const { value } = await pending
        pending = iterator.next()
        return value ?? undefined
      },
      first: () => pending,
    }
  }
  return { log, consume }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

describe('EventLog', () => {
  it('gives each consumer every event from when it began, in order and at its own pace', async () => {
    const { log, consume } = open(100)
    const early = consume()
    log.push([1, 2])
    const late = consume()
    log.push([3])
    expect([await early.take(), await early.take(), await early.take()]).toEqual([1, 2, 3])
    expect(await late.take()).toBe(3)
  })

  it('wakes everybody who waits', async () => {
    const { log, consume } = open(100)
    const consumers = [consume(), consume(), consume()]
    log.push([7])
    expect(await Promise.all(consumers.map((consumer) => consumer.take()))).toEqual([7, 7, 7])
  })

  it('tells a slow consumer exactly what it missed, once, and goes on with what is left', async () => {
    const { log, consume } = open(10)
    const slow = consume()
    log.push([1])
    expect(await slow.take()).toBe(1)
    log.push(numbers(2, 22))
    // Of the 21 that came at once the newest 10 are kept.
    expect(await slow.take()).toBe('missed 11')
    for (const expected of numbers(13, 22)) expect(await slow.take()).toBe(expected)
  })

  it('adds up what a consumer misses in several cuts, and counts what each event counts for', async () => {
    const { log, consume } = open(2, (event) => (event === 5 ? 100 : 1))
    const slow = consume()
    log.push([1, 2, 3, 4, 5])
    log.push([6, 7, 8])
    log.push([9, 10, 11])
    expect(await slow.take()).toBe('missed 108')
    expect(await slow.take()).toBe(10)
    expect(await slow.take()).toBe(11)
  })

  it('tells the slow one only: who reads along misses nothing', async () => {
    const { log, consume } = open(5)
    const slow = consume()
    const quick = consume()
    for (const event of numbers(1, 40)) {
      log.push([event])
      expect(await quick.take()).toBe(event)
    }
    expect(await slow.take()).toBe(1)
    expect(await slow.take()).toMatch(/^missed \d+$/)
  })

  it('gives what is still here before it ends', async () => {
    const { log, consume } = open(10)
    const { iterator, first } = consume()
    log.push([1, 2])
    log.end('done')
    expect(await first()).toEqual({ value: 1, done: false })
    expect(await iterator.next()).toEqual({ value: 2, done: false })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  it('throws the error it ended with, behind what is still here, also for who comes later', async () => {
    const { log, consume } = open(10)
    const failure = new Error('ended')
    const { iterator, first } = consume()
    log.push([1])
    log.end({ error: failure })
    expect(await first()).toEqual({ value: 1, done: false })
    await expect(iterator.next()).rejects.toBe(failure)
    await expect(consume().first()).rejects.toBe(failure)
  })

  it('ends who waits when it is aborted, and nobody else', async () => {
    const { log, consume } = open(10)
    const leaving = new AbortController()
    const one = consume(leaving.signal)
    const other = consume()
    leaving.abort()
    expect(await one.first()).toEqual({ value: undefined, done: true })
    log.push([1])
    expect(await other.take()).toBe(1)
  })

  it('gives nothing to who comes already aborted', async () => {
    const { log, consume } = open(10)
    const { first } = consume(AbortSignal.abort())
    log.push([1])
    expect(await first()).toEqual({ value: undefined, done: true })
  })

  it('ends for good for a consumer that stops in the middle', async () => {
    const { log, consume } = open(10)
    const { iterator, first } = consume()
    log.push([1, 2, 3])
    await first()
    expect(await iterator.return()).toEqual({ value: undefined, done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  it('accounts for every event, whoever reads how fast: given in order, or said to be missed', async () => {
    const pace = fc.array(fc.record({ push: fc.nat({ max: 9 }), take: fc.nat({ max: 9 }) }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), pace, async (limit, steps) => {
        const { log, consume } = open(limit)
        const { take } = consume()
        let pushed = 0
        let accounted = 0
        const account = async (): Promise<void> => {
          const event = await take()
          if (typeof event === 'number') expect(event).toBe(++accounted)
          else accounted += Number(event?.replace('missed ', ''))
        }
        for (const step of steps) {
          log.push(numbers(pushed + 1, pushed + step.push))
          pushed += step.push
          for (let taken = 0; taken < step.take && accounted < pushed; taken++) await account()
        }
        while (accounted < pushed) await account()
        expect(accounted).toBe(pushed)
      }),
      runs(300),
    )
  })
})
