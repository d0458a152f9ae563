import type { Contender } from './contender.ts'

interface Entry {
  readonly title: string
  /** Updates of one frame, where the contender gathers them: its producer then says so many in a turn. */
  readonly gathers: number | null
  /** Loaded by the processes that need it, and no other contender with it. */
  load(): Promise<Contender>
}

/** Everybody who takes part, in the order of the tables. */
export const contenders = {
  'raw-hundred': {
    title: 'raw ws, frames of 100',
    gathers: 100,
    load: async () => (await import('./raw-hundred.ts')).rawHundred,
  },
  'raw-single': {
    title: 'raw ws, a frame an update',
    gathers: null,
    load: async () => (await import('./raw-single.ts')).rawSingle,
  },
  'trpc-documented': {
    title: 'tRPC as documented',
    gathers: null,
    load: async () => (await import('./trpc-documented.ts')).trpcDocumented,
  },
  'socket-io': {
    title: 'Socket.IO, a room',
    gathers: null,
    load: async () => (await import('./socket-io.ts')).socketIo,
  },
  telltale: {
    title: 'Telltale',
    gathers: 100,
    load: async () => (await import('./telltale.ts')).telltale,
  },
} satisfies Record<string, Entry>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as ContenderName[]

/** What all others are measured by. */
export const mark: ContenderName = 'raw-hundred'
