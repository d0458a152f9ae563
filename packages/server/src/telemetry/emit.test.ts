import { describe, expect, it, onTestFinished } from 'vitest'
import { hostileSinks } from '../../../../test/support/hostile-sinks.ts'
import { combineSinks, createEmit, createSink } from './emit.ts'

const opened = { readers: 1 }

/** What nobody caught, until the test is over. */
function unhandled(): unknown[] {
  const reasons: unknown[] = []
  const listener = (reason: unknown): void => void reasons.push(reason)
  process.on('unhandledRejection', listener)
  onTestFinished(() => void process.off('unhandledRejection', listener))
  return reasons
}

/** Rejections that nobody caught are told at the end of a turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a sink', () => {
  it.each(hostileSinks)('that %s harms nobody', async (_what, sink) => {
    const reasons = unhandled()
    const calls = { count: 0 }
    const emit = createEmit(sink(calls))
    expect(emit('reader.opened', opened)).toBeUndefined()
    emit('reader.opened', opened)
    await turn()
    expect(calls.count).toBe(2)
    expect(reasons).toEqual([])
  })

  it('is told the event itself', () => {
    const told: unknown[] = []
    createEmit((...event) => told.push(...event))('reader.opened', opened)
    expect(told[0]).toBe('reader.opened')
    expect(told[1]).toBe(opened)
  })

  it('that is absent is known to be, so that nothing has to be made for it', () => {
    const emit = createEmit(undefined)
    expect(emit.isSilent).toBe(true)
    expect(() => emit('reader.opened', opened)).not.toThrow()
    expect(createEmit(() => undefined).isSilent).toBeFalsy()
  })
})

describe('combined sinks', () => {
  it('are each told, in order, whatever the others do', async () => {
    const reasons = unhandled()
    const told: string[] = []
    const calls = { count: 0 }
    const broken = hostileSinks.map(([, sink]) => sink(calls))
    const sink = combineSinks(
      (name) => told.push(`first ${name}`),
      ...broken,
      undefined,
      (name) => told.push(`last ${name}`),
    )
    sink('reader.opened', opened)
    await turn()
    expect(told).toEqual(['first reader.opened', 'last reader.opened'])
    expect([calls.count, reasons]).toEqual([broken.length, []])
  })
})

describe('a sink of functions', () => {
  it('is told what it has a function for, and passes the rest over', () => {
    const missed: number[] = []
    const sink = createSink({ 'reader.gap': (event) => missed.push(event.missed), 'reader.opened': null })
    sink('reader.gap', { reason: 'slow', missed: 3, counts: { info: 3 } })
    sink('reader.opened', opened)
    sink('reader.closed', { readers: 0 })
    expect(missed).toEqual([3])
  })
})
