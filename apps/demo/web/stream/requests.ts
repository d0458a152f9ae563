import type { StreamView } from '@telltale/react'
import { type Category, categories } from '../categories.ts'

/** Most updates of a conversation that the page holds. The server does not keep more of them either. */
export const listMax = 1_000

/** What a list begins with. */
const beginning = { last: 200 }

/** What is asked of a conversation for its list of updates. */
export interface FeedRequest {
  readonly conversationId: string
  readonly categories?: readonly Category[]
  readonly from: { readonly last: number }
}

/** The chosen categories of a conversation; no filter where there is nothing to filter out. */
export function feedRequest(conversationId: string, shown: readonly Category[]): FeedRequest {
  const request = { conversationId, from: beginning }
  return shown.length === categories.length ? request : { ...request, categories: shown }
}

/** Whether a stream would hear of it if something happened: what it shows is how things stand, not how they stood. */
export function isHeard({ connection, integrity }: Pick<StreamView, 'connection' | 'integrity'>): boolean {
  return connection === 'open' && integrity === 'live'
}

/** What tells how analyses stand, whatever the list shows: all that is kept, for the first ones of a long conversation too. */
export function workRequest(conversationId: string) {
  return { conversationId, categories: ['workflow', 'progress', 'error'], from: { last: listMax } } as const
}
