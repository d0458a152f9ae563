import { useQuery, useQueryClient } from '@tanstack/react-query'
import { isSpanEnd, type StatusUpdate, type StreamView, useStatusStream } from '@telltale/react'
import { useEffect, useMemo } from 'react'
import { type Analysis, overviewConversation } from '../../api/analysis.ts'
import { workRequest } from '../stream/requests.ts'
import { fetchAddress, fetchAnalyses, fetchConversations, fetchSamples } from './calls.ts'
import { createRefresher } from './refresher.ts'

/** A worker that dies before its first word is heard of by nobody: so it is asked now and then too, in milliseconds. */
const recheckMs = 5_000

/** The analyses of a conversation, with what they found out so far: asked for anew whenever a piece of its work begins or ends. */
export function useAnalyses(conversationId: string) {
  const queryKey = useMemo(() => ['analyses', conversationId], [conversationId])
  useRefresh(conversationId, queryKey)
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchAnalyses(conversationId, signal),
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? recheckMs : false),
  })
}

/** All conversations: asked for anew whenever an analysis begins or ends anywhere. */
export function useConversations() {
  useRefresh(overviewConversation, conversationsKey)
  return useQuery({
    queryKey: conversationsKey,
    queryFn: ({ signal }) => fetchConversations(signal),
    refetchInterval: ({ state }) => (state.data?.some(({ latest }) => isOpen(latest)) ? recheckMs : false),
  })
}

/** The documents that come with the demo. */
export function useSamples() {
  return useQuery({
    queryKey: ['samples'],
    queryFn: ({ signal }) => fetchSamples(signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** How others find the server. */
export function useServerAddress() {
  return useQuery({
    queryKey: ['address'],
    queryFn: ({ signal }) => fetchAddress(signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

const conversationsKey = ['conversations']

function isOpen({ endedAt }: Pick<Analysis, 'endedAt'>): boolean {
  return endedAt === null
}

/** Asks for a query's data anew when the conversation says that something changed, and when its line was away. */
function useRefresh(conversationId: string, queryKey: readonly string[]): void {
  const queries = useQueryClient()
  const refresh = useMemo(
    () => createRefresher(() => queries.invalidateQueries({ queryKey: [...queryKey] })),
    [queries, queryKey],
  )
  const change = useStatusStream(workRequest(conversationId), lastChange)
  useEffect(() => {
    if (change !== null) refresh()
  }, [change, refresh])
}

function lastChange({ updates, integrity, missed }: StreamView): string | null {
  if (integrity !== 'live') return null
  const last = updates.findLast(isChange)
  return `${last?.id} ${missed}`
}

/** Something begins or ends; how far it is in between changes no answer. */
function isChange({ category, span }: StatusUpdate): boolean {
  return category === 'workflow' && (!span || span.state === 'started' || isSpanEnd(span.state))
}
