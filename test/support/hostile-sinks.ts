import type { TelemetrySink } from '@telltale/server'

/** Sinks that do what no sink should. */
export const hostileSinks: readonly [what: string, sink: (calls: { count: number }) => TelemetrySink][] = [
  ['throws', (calls) => () => { calls.count++; throw new Error('the sink is broken') }], // biome-ignore format: one line a case
  ['throws what is no error', (calls) => () => { calls.count++; throw null }], // biome-ignore format: one line a case
  ['rejects', (calls) => async () => { calls.count++; throw new Error('the sink is broken') }], // biome-ignore format: one line a case
  ['never settles', (calls) => () => { calls.count++; return new Promise(() => undefined) }], // biome-ignore format: one line a case
  ['answers with a thenable that throws in its getter', (calls) => () => {
    calls.count++
    return Object.defineProperty({}, 'then', { get: () => { throw new Error('no then') } })
  }], // biome-ignore format: one case
  ['answers with a thenable that throws', (calls) => () => {
    calls.count++
    // biome-ignore lint/suspicious/noThenProperty: what a stranger's sink may answer with
    return { then: () => { throw new Error('no then') } }
  }], // biome-ignore format: one case
  ['answers with a thenable that rejects', (calls) => () => {
    calls.count++
    // biome-ignore lint/suspicious/noThenProperty: what a stranger's sink may answer with
    return { then: (_resolve: unknown, reject: (reason: unknown) => void) => reject('no') }
  }], // biome-ignore format: one case
]
