import type { TelemetrySink } from '@telltale/server'

/** What a stranger's code may answer with: something that has whatever it is asked for, and so a `then`. */
function anything(get: () => unknown): object {
  return new Proxy({}, { get })
}

function broken(): never {
  throw new Error('the sink is broken')
}

/** What no sink should do. */
const misdeeds: readonly [what: string, misdeed: () => unknown][] = [
  ['throws', broken],
  ['throws what is no error', () => { throw null }], // biome-ignore format: one line a case
  ['rejects', async () => broken()],
  ['never settles', () => new Promise(() => undefined)],
  ['answers with a thenable that throws in its getter', () => anything(broken)],
  ['answers with a thenable that throws', () => anything(() => broken)],
  ['answers with a thenable that rejects', () => anything(() => (_resolve: unknown, reject: (why: string) => void) => reject('no'))], // biome-ignore format: one line a case
]

/** A sink for each misdeed, which counts its calls. */
export const hostileSinks: readonly [what: string, sink: (calls: { count: number }) => TelemetrySink][] = misdeeds.map(
  ([what, misdeed]) => [
    what,
    (calls) => () => {
      calls.count++
      return misdeed()
    },
  ],
)
