import { useMemo, useSyncExternalStore } from 'react'
import { newConversationId } from './conversation-id.ts'

/** What the page's address says to show. */
export type Place = { readonly view: 'overview' } | { readonly view: 'conversation'; readonly conversationId: string }

/** The place that the page's address names. Back and forward work. */
export function usePlace(): Place {
  const search = useSyncExternalStore(watchAddress, () => location.search)
  return useMemo(() => placeOf(search) ?? { view: 'overview' }, [search])
}

/** The page's address with a place in it. */
export function addressOf(place: Place): string {
  const url = new URL(location.href)
  url.hash = ''
  url.search = place.view === 'overview' ? '?view=overview' : ''
  if (place.view === 'conversation') url.searchParams.set('conversation', place.conversationId)
  return url.href
}

/** Goes to a place without loading the page again, so that the connection stays. */
export function goTo(place: Place): void {
  history.pushState(null, '', addressOf(place))
  // The browser tells only of what the user did.
  dispatchEvent(new PopStateEvent('popstate'))
}

/** The address of a place, for a tab of its own that somebody else is to have. */
export function addressAs(place: Place, personId: string): string {
  const url = new URL(addressOf(place))
  url.searchParams.set('as', personId)
  return url.href
}

/** Gives an address that names no place a conversation of its own. Who one is does not stay in it: links are for others. */
export function settleAddress(): void {
  const place = placeOf(location.search)
  if (place && !new URLSearchParams(location.search).has('as')) return
  history.replaceState(null, '', addressOf(place ?? { view: 'conversation', conversationId: newConversationId() }))
}

function placeOf(search: string): Place | null {
  const parameters = new URLSearchParams(search)
  const conversationId = parameters.get('conversation')
  if (conversationId) return { view: 'conversation', conversationId }
  return parameters.get('view') === 'overview' ? { view: 'overview' } : null
}

function watchAddress(listener: () => void): () => void {
  const hear = (): void => {
    settleAddress()
    listener()
  }
  addEventListener('popstate', hear)
  return () => removeEventListener('popstate', hear)
}
