import superjson from 'superjson'
import { createCalls } from './calls.ts'
import { createFailures } from './failures.ts'
import { createHandmade } from './handmade.ts'
import { type AppRoot, devRoot, formattedRoot, plainRoot, superjsonRoot } from './root.ts'
import { createStopping } from './stopping.ts'
import { createStreams } from './streams.ts'

function createRouter(t: AppRoot) {
  return t.router({
    calls: createCalls(t),
    failures: createFailures(t),
    streams: createStreams(t),
    stopping: createStopping(t),
    handmade: createHandmade(t),
  })
}

export type AppRouter = ReturnType<typeof createRouter>

export type RootName = 'plain' | 'superjson' | 'formatted' | 'dev'

/** One way to build the app, and how its inputs and outputs look on the wire. */
export interface App {
  readonly name: RootName
  readonly router: AppRouter
  readonly usesSuperjson: boolean
  write(input: unknown): unknown
  read(output: unknown): unknown
}

const plain = { usesSuperjson: false, write: (input: unknown) => input, read: (output: unknown) => output }
const rich = {
  usesSuperjson: true,
  write: (input: unknown): unknown => superjson.serialize(input),
  read: (output: unknown): unknown => superjson.deserialize(output as never),
}

/** The same procedures, without a transformer, with superjson, with a formatter of the app's, and as in development. */
export const apps: readonly App[] = [
  { name: 'plain', router: createRouter(plainRoot), ...plain },
  { name: 'superjson', router: createRouter(superjsonRoot), ...rich },
  { name: 'formatted', router: createRouter(formattedRoot), ...rich },
  { name: 'dev', router: createRouter(devRoot), ...plain },
]
