import { AsyncResource } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock, type Telltale } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { openTold, type Told } from './told.ts'

/** Names the conversation and the span that code runs in: a child tells both. */
async function placeOf(told: Told, look: (note: () => void) => unknown): Promise<'in the span' | 'outside'> {
  const places: (string | undefined)[] = []
  await told.status.span({ conversationId: 'c', category: 'workflow', name: 'around' }, async (span) => {
    await look(() => {
      const { parentId } = told.status.startSpan({ conversationId: 'c', category: 'tool', name: 'child' })
      places.push(parentId === span.id && told.status.current().conversationId === 'c' ? 'in the span' : parentId)
    })
  })
  expect(places).toHaveLength(1)
  return places[0] === 'in the span' ? 'in the span' : 'outside'
}

/** Settles when the function that it hands out was called, after the note was taken. */
const later = (note: () => void, start: (call: () => void) => void): Promise<void> =>
  new Promise((resolve) =>
    start(() => {
      note()
      resolve()
    }),
  )

describe('the place code runs in', () => {
  it.each<[string, (note: () => void) => unknown]>([
    ['await', async (note) => nextTurn().then(note)],
    ['a timer', (note) => later(note, (call) => systemClock.after(0, call, true))],
    [
      'a timer that beats',
      (note) =>
        later(note, (call) => {
          const timer = setInterval(() => {
            clearInterval(timer)
            call()
          }, 1)
        }),
    ],
    ['queueMicrotask', (note) => later(note, queueMicrotask)],
    ['process.nextTick', (note) => later(note, (call) => process.nextTick(call))],
    ['Promise.all', (note) => Promise.all([nextTurn().then(note), nextTurn()])],
    [
      'an async generator that is read there',
      async (note) => {
        async function* pages() {
          yield await nextTurn(1)
          note()
          yield 2
        }
        for await (const _page of pages()) await nextTurn()
      },
    ],
    [
      'a stream that is read there',
      async (note) => {
        for await (const _chunk of Readable.from(['a'])) await nextTurn()
        note()
      },
    ],
    [
      'a pipeline of streams that was made there',
      (note) => {
        const through = new Transform({
          transform(chunk, _encoding, callback) {
            note()
            callback(null, chunk)
          },
        })
        return pipeline(Readable.from(['a']), through, async (chunks) => {
          for await (const _chunk of chunks) await nextTurn()
        })
      },
    ],
    [
      'an event that is emitted there',
      (note) => {
        const emitter = new EventEmitter()
        emitter.once('said', note)
        emitter.emit('said')
      },
    ],
  ])('goes along with %s', async (_what, look) => {
    await using told = await openTold()
    expect(await placeOf(told, look)).toBe('in the span')
  })

  it('of a listener is its emitter’s, unless the listener is bound', async () => {
    await using told = await openTold()
    const emitter = new EventEmitter()
    const places: unknown[] = []
    const look = (): number => places.push(told.status.current().conversationId)
    told.status.run('c', () => {
      emitter.on('said', look)
      emitter.on('said', AsyncResource.bind(look))
    })
    emitter.emit('said')
    expect(places).toEqual(['', 'c'])
  })

  it('of a generator’s body is its reader’s: read outside, it is outside', async () => {
    await using told = await openTold()
    const places: string[] = []
    const pages = told.status.run('c', async function* () {
      places.push(told.status.current().conversationId)
      yield 1
    })
    for await (const _page of pages) await nextTurn()
    expect(places).toEqual([''])
  })

  it('is lost in a callback that was set before, and brought there by the handle', async () => {
    await using told = await openTold()
    const jobs: (() => void)[] = []
    const work = (): void => told.status.current().info('worked')
    told.status.run('c', () => jobs.push(work))
    const span = told.status.startSpan({ conversationId: 'c', category: 'workflow', name: 'job' })
    for (const job of jobs) job()
    for (const job of jobs) span.run(job)
    span.status.info('by the handle')
    const updates = (await told.updates()).flatMap(({ text, span, spanId }) => (span ? [] : [[text, spanId]]))
    expect(updates).toEqual([
      ['worked', span.id],
      ['by the handle', span.id],
    ])
    expect(span.run(() => 'value')).toBe('value')
  })

  it('is of one conversation: a span of another is no parent, and is one again where its own is taken up', async () => {
    await using told = await openTold()
    const { status } = told
    const start = (conversationId: string) => status.startSpan({ conversationId, category: 'tool', name: 'child' })
    await status.span({ conversationId: 'c', category: 'workflow', name: 'around' }, async (around) => {
      const elsewhere = await status.run('d', async () => {
        await nextTurn()
        return [start('d').parentId, start('c').parentId, around.run(() => start('c').parentId)]
      })
      expect(elsewhere).toEqual([undefined, undefined, around.id])
      expect(status.run('c', () => start('c').parentId)).toBe(around.id)
      expect(start('c').parentId).toBe(around.id)
    })
  })

  it('is nowhere outside of run and spans: one warning of the process, and nothing is said', async () => {
    await using told = await openTold()
    const warned = once(process, 'warning')
    let warnings = 0
    const count = (): number => ++warnings
    process.on('warning', count)
    told.status.current().info('nowhere')
    expect(told.status.current().span({ category: 'tool', name: 'work' }, () => 'value')).toBe('value')
    const [warning] = (await warned) as [Error]
    await nextTurn()
    process.off('warning', count)
    expect([warning.name, warnings]).toEqual(['TelltaleWarning', 1])
    expect(warning.message).toContain('outside of status.run()')
    expect(await told.updates()).toEqual([])
  })
})

describe('two servers in one process', () => {
  it('each have places of their own', async () => {
    await using a = await openTold()
    await using b = await openTold()
    const placeIn = ({ status }: Telltale): string => status.current().conversationId
    a.status.run('in a', () => {
      b.status.run('in b', () => expect([placeIn(a.telltale), placeIn(b.telltale)]).toEqual(['in a', 'in b']))
    })
  })
})
