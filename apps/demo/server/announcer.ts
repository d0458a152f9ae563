import type { SpanHandle, StatusApi } from '@telltale/server'
import type { Failure } from '../analysis/messages.ts'
import { Refused } from '../analysis/refused.ts'
import { type Analysis, analysisName, overviewConversation, runningMax } from '../api/analysis.ts'

/** Says what happens to documents that no worker has. Of the others only their workers speak. */
export interface Announcer {
  /** It waits; `before` are before it. */
  queued(analysis: Analysis, before: number): Turn
  /** It was not taken. */
  refused(analysis: Analysis, failure: Failure): void
}

/** A document's place in the queue. */
export interface Turn {
  /** A worker takes it. */
  came(): void
  /** It leaves without having been analysed. */
  cancelled(): void
}

const workflow = 'document_analysis'

/** Creates the voice of the desk. */
export function createAnnouncer(status: StatusApi): Announcer {
  const start = (analysis: Analysis, name: string, text: string, isTurn = false): SpanHandle[] => {
    const { id: analysisId, conversationId } = analysis
    const metadata = { workflow, analysisId, ...(isTurn && { isTurn }) }
    return [
      status.startSpan({ conversationId, category: 'workflow', name, text, metadata }),
      // The overview's readers see all conversations: each word there says whose it is.
      status.startSpan({
        conversationId: overviewConversation,
        category: 'workflow',
        name,
        text,
        metadata: { ...metadata, conversationId },
      }),
    ]
  }
  return {
    queued(analysis, before) {
      const { name } = analysis.document
      const spans = start(analysis, `Queue ${name}`, `Given: ${name}`, true)
      const text =
        before === 0
          ? 'Waiting: it was given as the next to begin'
          : `Waiting: number ${before + 1} in the queue when it was given`
      for (const span of spans) span.waiting({ for: `one of ${runningMax} workers` }, text)
      return {
        came() {
          for (const span of spans) span.end('A worker takes it')
        },
        cancelled() {
          for (const span of spans) span.cancel('it was asked for')
        },
      }
    },
    refused(analysis, { code, message }) {
      const { name } = analysis.document
      const refused = new Refused(code, message)
      for (const span of start(analysis, analysisName(name), `Looking at ${name}`)) {
        if (span.conversationId === analysis.conversationId) {
          const metadata = { workflow, analysisId: analysis.id, type: 'Refusal', code, message }
          span.status.error(message, { ...metadata, retryable: refused.isRetryable })
        }
        span.fail(refused)
      }
    },
  }
}
