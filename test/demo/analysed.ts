import { AsyncLocalStorage } from 'node:async_hooks'
import type { StatusUpdate } from '@telltale/client'
import type { Contract } from '@telltale/contract'
import { createStatus, type Place } from '@telltale/contract/producer'
import { defaultCategoryNames } from '@telltale/contract/wire'
import { analyse } from '../../apps/demo/analysis/analyse.ts'
import { detectKind } from '../../apps/demo/analysis/kind.ts'
import type { WorkMessage } from '../../apps/demo/analysis/messages.ts'
import type { Findings } from '../../apps/demo/api/analysis.ts'

/** What was said, as far as it is said by a producer. */
export type Said = Pick<StatusUpdate, 'category' | 'text' | 'span' | 'spanId'> & { readonly conversationId: string }

/** What an analysis found and said. */
export interface Analysed {
  readonly findings: Findings
  readonly said: readonly Said[]
  readonly messages: readonly WorkMessage[]
}

/** Analyses a document in this thread. */
export async function analysed(content: string | Uint8Array, name = 'document.txt'): Promise<Analysed> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const messages: WorkMessage[] = []
  const said: Said[] = []
  let spans = 0
  const { status } = createStatus<Contract>(
    { names: defaultCategoryNames },
    {
      say: (conversationId, category, text, _metadata, options) =>
        void said.push({ conversationId, category: category as Said['category'], text, ...options }),
      ambient: new AsyncLocalStorage<Place>(),
      clock: { now: () => 0, monotonic: () => 0, after: () => () => undefined },
      nextSpanId: () => `s${++spans}`,
      warn: () => undefined,
    },
  )
  const kind = await detectKind(bytes, name)
  await analyse({
    order: { analysisId: 'a1', conversationId: 'c', name, kind, bytes, pauseMs: 0 },
    status,
    tell: async (message) => messages.push(message),
    rest: () => Promise.resolve(),
    signal: new AbortController().signal,
  })
  const found = messages.flatMap((message) => (message.type === 'found' ? [message.findings] : []))
  return { findings: Object.assign({}, ...found), said, messages }
}
