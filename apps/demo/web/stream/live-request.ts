import { type Category, categories } from '../categories.ts'

/** Most updates the list shows. */
export const listMax = 150

/** What the page asks for: the newest to begin with, and no filter where there is nothing to filter out. */
export interface LiveRequest {
  readonly conversationId: string
  readonly categories?: readonly Category[]
  readonly from: { readonly last: number }
}

export function liveRequest(conversationId: string, shown: readonly Category[]): LiveRequest {
  const request = { conversationId, from: { last: listMax } }
  return shown.length === categories.length ? request : { ...request, categories: shown }
}
