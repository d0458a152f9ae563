import type { Analysis, Conversation, ConversationSummary } from '../api/analysis.ts'

/** Most conversations that are remembered; the one whose newest analysis is oldest goes first. */
export const conversationsMax = 200
/** Most analyses of one conversation that are remembered; the oldest goes first. */
export const analysesMax = 50

/** The analyses of the last time, in memory. What still waits or runs is never forgotten. */
export interface Archive {
  /** Remembers an analysis, or how it stands now. */
  put(analysis: Analysis): void
  get(conversationId: string, analysisId: string): Analysis | undefined
  conversation(id: string): Conversation
  /** Newest first. */
  conversations(): ConversationSummary[]
}

/** Creates an empty archive. */
export function createArchive(): Archive {
  // A map keeps the order of insertion: the last conversation is the one with the newest analysis.
  const conversations = new Map<string, Map<string, Analysis>>()
  return {
    put(analysis) {
      const analyses = conversations.get(analysis.conversationId) ?? new Map<string, Analysis>()
      const isNew = !analyses.has(analysis.id)
      analyses.set(analysis.id, analysis)
      if (!isNew) return
      conversations.delete(analysis.conversationId)
      conversations.set(analysis.conversationId, analyses)
      forgetOldest(analyses, analysesMax, hasEnded)
      forgetOldest(conversations, conversationsMax, (others) => [...others.values()].every(hasEnded))
    },
    get: (conversationId, analysisId) => conversations.get(conversationId)?.get(analysisId),
    conversation: (id) => ({ id, analyses: [...(conversations.get(id)?.values() ?? [])] }),
    conversations() {
      const summaries: ConversationSummary[] = []
      for (const [id, analyses] of conversations) {
        const newest = [...analyses.values()].at(-1)
        if (!newest) continue
        const { findings: _findings, ...latest } = newest
        summaries.push({ id, latest, analyses: analyses.size })
      }
      return summaries.reverse()
    },
  }
}

/** Keeps a map within its bound, unless too little of it may go. */
function forgetOldest<T>(map: Map<string, T>, max: number, mayGo: (value: T) => boolean): void {
  for (const [key, value] of map) {
    if (map.size <= max) return
    if (mayGo(value)) map.delete(key)
  }
}

function hasEnded({ endedAt }: Analysis): boolean {
  return endedAt !== null
}
