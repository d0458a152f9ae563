import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DocumentKind, ParsedDocument } from '../document.ts'
import type { Failure } from '../messages.ts'
import { Refused } from '../refused.ts'
import { parseText } from './parse.ts'

/** A longer text is read in a thread: its reader takes long and never comes up for air, in characters. */
const asideFrom = 500_000
/** Most memory of that thread's JavaScript, in MiB. */
const threadHeapMb = 512

/** What the thread is given. */
export interface AsideOrder {
  readonly kind: Exclude<DocumentKind, 'pdf'>
  readonly text: string
}

/** What the thread answers. */
export type AsideAnswer = { readonly document: ParsedDocument } | { readonly refused: Failure }

/** Reads a text without keeping this process from saying that it lives. Throws {@link Refused}, and when it is aborted. */
export async function parseAside({ kind, text }: AsideOrder, signal: AbortSignal): Promise<ParsedDocument> {
  if (text.length < asideFrom) return parseText(kind, text)
  const thread = new Worker(new URL('parse-thread.ts', import.meta.url), {
    workerData: { kind, text } satisfies AsideOrder,
    resourceLimits: { maxOldGenerationSizeMb: threadHeapMb },
    execArgv: [],
  })
  try {
    const [answer] = (await once(thread, 'message', { signal })) as [AsideAnswer]
    if ('document' in answer) return answer.document
    throw new Refused(answer.refused.code, answer.refused.message)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new Refused('UNREADABLE', `The document takes more than ${threadHeapMb} MiB of memory to read`)
    }
    throw error
  } finally {
    await thread.terminate()
  }
}
