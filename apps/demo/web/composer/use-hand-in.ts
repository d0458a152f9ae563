import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import type { Analysis } from '../../api/analysis.ts'
import { ApiFailure } from '../results/api-failure.ts'
import { type Given, startAnalysis } from '../results/calls.ts'

/** A document on its way to the server, or one that did not get there. */
export interface Outgoing {
  readonly key: number
  readonly name: string
  readonly given: Given
  /** Why it did not get there; `null` while it is on its way. */
  readonly problem: string | null
}

/** How documents are handed in. */
export interface HandIn {
  readonly outgoing: readonly Outgoing[]
  readonly give: (given: Given, name: string) => void
  readonly dismiss: (key: number) => void
}

/** Hands documents in to a conversation; `onTaken` is called for each that the server has. */
export function useHandIn(conversationId: string, pauseMs: number, onTaken: () => void): HandIn {
  const queries = useQueryClient()
  const [outgoing, setOutgoing] = useState<readonly Outgoing[]>([])
  const lastKey = useRef(0)

  const dismiss = useCallback((key: number) => setOutgoing((all) => all.filter((one) => one.key !== key)), [])

  const give = useCallback(
    (given: Given, name: string) => {
      const key = ++lastKey.current
      const queryKey = ['analyses', conversationId]
      setOutgoing((all) => [...all, { key, name, given, problem: null }])
      startAnalysis(conversationId, given, pauseMs).then(
        (analysis) => {
          queries.setQueryData<readonly Analysis[]>(queryKey, (known = []) => withAnalysis(known, analysis))
          dismiss(key)
          onTaken()
        },
        (error: unknown) => {
          const problem = problemOf(error)
          setOutgoing((all) => all.map((one) => (one.key === key ? { ...one, problem } : one)))
          // The answer may have been lost, not the document.
          void queries.invalidateQueries({ queryKey })
        },
      )
    },
    [conversationId, pauseMs, queries, dismiss, onTaken],
  )

  return { outgoing, give, dismiss }
}

/** The stream may have been quicker than the answer. */
function withAnalysis(known: readonly Analysis[], analysis: Analysis): readonly Analysis[] {
  return known.some(({ id }) => id === analysis.id) ? known : [...known, analysis]
}

function problemOf(error: unknown): string {
  if (error instanceof ApiFailure) return error.message
  return 'The server was not reached.'
}
