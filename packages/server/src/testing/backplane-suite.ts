import type { Draft, Publication } from '@telltale/contract'
import type { Appended, Backplane, BackplaneFactory, LogPolicy } from '../seams/backplane.ts'
import { createEmit } from '../telemetry/emit.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { seededRandom } from './seeded-random.ts'

/** What the suite needs of a test runner: vitest's functions fit. */
export interface SuiteRunner {
  readonly describe: (name: string, define: () => void) => void
  readonly it: (name: string, test: () => Promise<void>) => void
  /** Throws unless both are deeply equal. */
  readonly equal: (actual: unknown, expected: unknown) => void
}

type State = readonly string[]

const policy: LogPolicy<string, State> = {
  retention: { size: 4, ttlMs: 1_000 },
  fold: (state, entries) => [
    ...(state ?? []),
    ...entries.map((entry) => (entry.kind === 'event' ? entry.event : 'loss')),
  ],
  sizeOf: (state) => state.length,
}

function draft(event: string, at: number, more: { type?: string; dedupe?: string } = {}): Draft<string> {
  return { kind: 'event', id: event, type: 'info', priority: 'normal', event, body: `{"id":"${event}"}`, at, ...more }
}

/** A draft that makes what few ask it for when they ask, as real ones do. A copy by spreading would forget that. */
class LazyDraft {
  readonly kind = 'event'
  readonly type = 'info'
  readonly priority = 'normal'
  readonly body = '{"id":"x"}'
  readonly madeAt: number

  constructor(madeAt: number) {
    this.madeAt = madeAt
  }

  get id(): string {
    return 'x'
  }

  get event(): string {
    return 'x'
  }

  get at(): number {
    return this.madeAt
  }
}

const eventsOf = (entries: readonly Publication<string>[]): (string | null)[] =>
  entries.map((entry) => (entry.kind === 'event' ? entry.event : null))

const placeOf = ({ places }: Appended): [offset: number | undefined, nonce: number | undefined] => [
  places[0]?.offset,
  places[0]?.nonce,
]

/** The law of a backplane, as tests that every implementation runs. */
export function backplaneSuite(
  name: string,
  create: () => BackplaneFactory,
  { describe, it, equal }: SuiteRunner,
): void {
  async function withBackplane(
    test: (backplane: Backplane<string, State>, clock: ManualClock) => Promise<void>,
  ): Promise<void> {
    const clock = createManualClock()
    const backplane = create()<string, State>({ clock, random: seededRandom(7), emit: createEmit(undefined) })
    try {
      await test(backplane, clock)
    } finally {
      await backplane.dispose()
    }
  }

  describe(`backplane: ${name}`, () => {
    it('keeps all that it is told of an entry, however often it is handed the same', () =>
      withBackplane(async (backplane, clock) => {
        const more = { key: 'k', priority: 'high', isFinal: true, passesFloor: true, mustFold: true } as const
        const handed = Object.freeze({ ...draft('x', clock.now()), ...more })
        await backplane.append('t:a', [handed, handed], policy)
        await backplane.append('t:b', [handed], policy)
        const { entries } = await backplane.read('t:a', 0, 10)
        equal(
          entries.map(({ offset }) => offset),
          [1, 2],
        )
        for (const entry of entries) equal({ ...entry, offset: 0, nonce: 0 }, { ...handed, offset: 0, nonce: 0 })
        equal((await backplane.head('t:b')).offset, 1)
        const again = draft('y', clock.now())
        await backplane.append('t:a', [again, again], policy)
        equal(
          (await backplane.read('t:a', 2, 10)).entries.map(({ offset }) => offset),
          [3, 4],
        )
      }))

    it('keeps what a draft makes only when it is asked', () =>
      withBackplane(async (backplane, clock) => {
        const at = clock.now()
        const lazy = new LazyDraft(at)
        await backplane.append('t:a', [lazy, lazy], policy)
        const { entries } = await backplane.read('t:a', 0, 10)
        equal(
          entries.map((entry) => entry.kind === 'event' && [entry.id, entry.at, entry.event]),
          [
            ['x', at, 'x'],
            ['x', at, 'x'],
          ],
        )
      }))

    it('numbers from 1, without holes, and says where each draft went', () =>
      withBackplane(async (backplane, clock) => {
        const first = await backplane.append('t:a', [draft('x', clock.now()), draft('y', clock.now())], policy)
        const second = await backplane.append('t:a', [draft('z', clock.now())], policy)
        equal(
          [...first.places, ...second.places].map(({ offset }) => offset),
          [1, 2, 3],
        )
        equal(first.epoch, second.epoch)
        equal((await backplane.head('t:a')).offset, 3)
      }))

    it('keeps topics apart', () =>
      withBackplane(async (backplane, clock) => {
        await backplane.append('t:a', [draft('x', clock.now())], policy)
        await backplane.append('t:b', [draft('y', clock.now())], policy)
        equal(eventsOf((await backplane.read('t:a', 0, 10)).entries), ['x'])
        equal(eventsOf((await backplane.read('t:b', 0, 10)).entries), ['y'])
      }))

    it('lets listeners hear every append from then on, in order, until they stop', () =>
      withBackplane(async (backplane, clock) => {
        const heard: (string | null)[] = []
        await backplane.append('t:a', [draft('before', clock.now())], policy)
        const stop = await backplane.subscribe('t:a', (_epoch, entries) => heard.push(...eventsOf(entries)))
        await backplane.append('t:a', [draft('x', clock.now()), draft('y', clock.now())], policy)
        stop()
        await backplane.append('t:a', [draft('after', clock.now())], policy)
        equal(heard, ['x', 'y'])
      }))

    it('reads behind an offset, oldest first, up to a limit', () =>
      withBackplane(async (backplane, clock) => {
        await backplane.append(
          't:a',
          ['a', 'b', 'c', 'd'].map((event) => draft(event, clock.now())),
          policy,
        )
        equal(eventsOf((await backplane.read('t:a', 1, 2)).entries), ['b', 'c'])
        equal(eventsOf((await backplane.read('t:a', 4, 2)).entries), [])
      }))

    it('drops beyond the size, and marks for each type the highest offset that is gone', () =>
      withBackplane(async (backplane, clock) => {
        await backplane.append('t:a', [draft('e', clock.now(), { type: 'error' })], policy)
        for (const event of 'abcdefghijklmnop') await backplane.append('t:a', [draft(event, clock.now())], policy)
        const view = await backplane.read('t:a', 0, 100)
        equal(view.head.offset, 17)
        equal(view.entries.length >= 4 && view.entries.length <= 8, true)
        equal(view.base.offset, 17 - view.entries.length)
        equal(view.dropped, { error: 1, info: view.base.offset })
      }))

    it('drops what is older than its time, and the epoch goes on', () =>
      withBackplane(async (backplane, clock) => {
        const { epoch } = await backplane.append('t:a', [draft('old', clock.now())], policy)
        clock.advance(1_001)
        await backplane.append('t:a', [draft('new', clock.now())], policy)
        const view = await backplane.read('t:a', 0, 10)
        equal(eventsOf(view.entries), ['new'])
        equal([view.epoch, view.base.offset, view.head.offset], [epoch, 1, 2])
      }))

    it('marks the last of each type that went, and of each type that was lost', () =>
      withBackplane(async (backplane, clock) => {
        const at = clock.now()
        const loss = (counts: { [type: string]: number }): Draft<string> => ({ kind: 'loss', at, counts })
        const event = (type: string): Draft<string> => draft('x', at, { type })
        const drafts = [
          ...[event('a'), event('a'), loss({ b: 1, c: 2 }), event('b'), event('a'), loss({ d: 1 }), loss({ a: 1 })],
          ...[event('b'), loss({ c: 1 })],
        ]
        await backplane.append('t:a', drafts, policy)
        clock.advance(1_001)
        await backplane.append('t:a', [draft('x', clock.now(), { type: 'c' })], policy)
        equal((await backplane.read('t:a', 0, 10)).dropped, { a: 7, b: 8, c: 9, d: 6 })
      }))

    it('folds what it drops into the checkpoint, each entry once', () =>
      withBackplane(async (backplane, clock) => {
        equal(await backplane.checkpoint('t:a'), null)
        const all = 'abcdefghijklmnop'.split('')
        for (const event of all) await backplane.append('t:a', [draft(event, clock.now())], policy)
        const [checkpoint, view] = [await backplane.checkpoint('t:a'), await backplane.read('t:a', 0, 100)]
        equal(checkpoint?.position, view.base)
        equal([...(checkpoint?.state ?? []), ...eventsOf(view.entries)], all)
      }))

    it('takes a named draft once, and answers the same place again', () =>
      withBackplane(async (backplane, clock) => {
        const first = await backplane.append('t:a', [draft('x', clock.now(), { dedupe: 'me x' })], policy)
        const again = await backplane.append('t:a', [draft('x', clock.now(), { dedupe: 'me x' })], policy)
        const other = await backplane.append('t:a', [draft('x', clock.now(), { dedupe: 'you x' })], policy)
        equal(
          first.places[0]?.offset === again.places[0]?.offset && first.places[0]?.nonce === again.places[0]?.nonce,
          true,
        )
        equal(other.places[0]?.offset, 2)
        clock.advance(600_001)
        const later = await backplane.append('t:a', [draft('x', clock.now(), { dedupe: 'me x' })], policy)
        equal(later.places[0]?.offset, 3)
      }))

    it('takes a named loss once, and answers the same place again', () =>
      withBackplane(async (backplane, clock) => {
        const loss = (dedupe?: string): Draft<string> => ({
          kind: 'loss',
          at: clock.now(),
          counts: { info: 2 },
          dedupe,
        })
        const heard: string[] = []
        const stop = await backplane.subscribe('t:a', (_epoch, entries) => {
          for (const entry of entries) heard.push(`${entry.kind} ${entry.offset}`)
        })
        const first = await backplane.append('t:a', [loss('me 1')], policy)
        const again = await backplane.append('t:a', [loss('me 1'), draft('x', clock.now())], policy)
        await backplane.append('t:a', [loss('you 1'), loss(), loss()], policy)
        stop()
        equal(placeOf(again), placeOf(first))
        equal(heard, ['loss 1', 'event 2', 'loss 3', 'loss 4', 'loss 5'])
        clock.advance(600_001)
        equal((await backplane.append('t:a', [loss('me 1')], policy)).places[0]?.offset, 6)
      }))

    it('holds a log before anything is in it, beside those who listen, and lets go of it twice', () =>
      withBackplane(async (backplane, clock) => {
        const releaseEmpty = backplane.hold('t:a')
        const release = backplane.hold('t:a')
        const { epoch } = await backplane.append('t:a', [draft('x', clock.now())], policy)
        const stop = await backplane.subscribe('t:a', () => undefined)
        for (const end of [releaseEmpty, releaseEmpty, stop, release, release]) end()
        await backplane.append('t:a', [draft('y', clock.now())], policy)
        const view = await backplane.read('t:a', 0, 10)
        equal([view.epoch, eventsOf(view.entries)], [epoch, ['x', 'y']])
      }))

    it('gives entries nonces that are not 0, and the head the nonce of the last', () =>
      withBackplane(async (backplane, clock) => {
        const { places } = await backplane.append('t:a', [draft('x', clock.now()), draft('y', clock.now())], policy)
        equal(
          places.every(({ nonce }) => nonce > 0),
          true,
        )
        equal((await backplane.head('t:a')).nonce, places[1]?.nonce)
        equal((await backplane.head('t:empty')).nonce, 0)
      }))

    it('disposes twice', () =>
      withBackplane(async (backplane) => {
        await backplane.dispose()
      }))
  })
}
