import { useSyncExternalStore } from 'react'

const parameter = 'conversation'

/** The conversation that the page's address names, and how to go to another. Back and forward work. */
export function useConversation(): [conversationId: string, open: (conversationId: string) => void] {
  return [useSyncExternalStore(watchAddress, readAddress), openConversation]
}

/** The page's address with a conversation in it. */
export function addressOf(conversationId: string): string {
  const url = new URL(location.href)
  url.searchParams.set(parameter, conversationId)
  return url.href
}

function readAddress(): string {
  return new URLSearchParams(location.search).get(parameter) || 'demo'
}

function watchAddress(listener: () => void): () => void {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}

function openConversation(conversationId: string): void {
  history.pushState(null, '', addressOf(conversationId))
  // The browser tells only of what the user did.
  dispatchEvent(new PopStateEvent('popstate'))
}
