import type { Contender } from './contender.ts'

interface Entry {
  readonly title: string
  /** Updates of one frame, where the contender gathers them: its producer then says so many in a turn. */
  readonly gathers: number | null
  /** A way that was tried, and takes part in a workload of its own. */
  readonly isTrial?: boolean
  /** No part of the workspace: takes part when the command line says where it is. */
  readonly isExternal?: boolean
  /** Loaded by the processes that need it, and no other contender with it. */
  load(): Promise<Contender>
}

/** Everybody who takes part, in the order of the tables. */
const entries = {
  'raw-hundred': {
    title: 'raw ws, frames of 100',
    gathers: 100,
    load: async () => (await import('./raw-hundred.ts')).rawHundred,
  },
  'raw-dated': {
    title: 'raw ws, a Date each',
    gathers: 100,
    load: async () => (await import('./raw-dated.ts')).rawDated,
  },
  'raw-single': {
    title: 'raw ws, a frame an update',
    gathers: null,
    load: async () => (await import('./raw-single.ts')).rawSingle,
  },
  uwebsockets: {
    title: 'uWebSockets, frames of 100',
    gathers: 100,
    isExternal: true,
    load: async () => (await import('./uwebsockets.ts')).uwebsockets,
  },
  'trpc-documented': {
    title: 'tRPC as documented',
    gathers: null,
    load: async () => (await import('./trpc-documented.ts')).trpcDocumented,
  },
  'trpc-batched': {
    title: 'tRPC, batches of up to 100',
    gathers: 100,
    load: async () => (await import('./trpc-batched.ts')).trpcBatched,
  },
  phoenix: {
    title: 'Phoenix Channels',
    gathers: null,
    isExternal: true,
    load: async () => (await import('./phoenix.ts')).phoenix,
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
  'deflate-each': {
    title: 'ws, permessage-deflate of its own',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('./deflate-each.ts')).deflateEach,
  },
  'deflate-shared': {
    title: 'compressed once for all',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('./deflate-shared.ts')).deflateShared,
  },
  'deflate-shared-fast': {
    title: 'compressed once for all, level 1',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('./deflate-shared.ts')).deflateSharedFast,
  },
  'deflate-head-and-tail': {
    title: 'a head for each reader, the tail compressed once for all',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('./deflate-head-and-tail.ts')).deflateHeadAndTail,
  },
  'standing-empty': {
    title: 'nothing beside',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('../standing-contenders.ts')).standingEmpty,
  },
  'standing-history': {
    title: 'a full history of 1,000',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('../standing-contenders.ts')).standingHistory,
  },
  'standing-long-history': {
    title: 'a full history of 10,000',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('../standing-contenders.ts')).standingLongHistory,
  },
  'standing-conversations': {
    title: '10,000 other conversations',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('../standing-contenders.ts')).standingConversations,
  },
  'standing-categories': {
    title: '31 categories',
    gathers: 100,
    isTrial: true,
    load: async () => (await import('../standing-contenders.ts')).standingCategories,
  },
} satisfies Record<string, Entry>

export type ContenderName = keyof typeof entries

export const contenders: Readonly<Record<ContenderName, Entry>> = entries

export const contenderNames = Object.keys(entries) as ContenderName[]

/** What all others are measured by. */
export const mark: ContenderName = 'raw-hundred'
