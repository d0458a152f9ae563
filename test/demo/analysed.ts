import { analyse } from '../../apps/demo/analysis/analyse.ts'
import { detectKind } from '../../apps/demo/analysis/kind.ts'
import type { Said, WorkMessage } from '../../apps/demo/analysis/messages.ts'
import type { Findings } from '../../apps/demo/api/analysis.ts'

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
  await analyse({
    order: { analysisId: 'a1', kind: await detectKind(bytes, name), bytes, pauseMs: 0 },
    tell: (message) => messages.push(message),
    rest: () => Promise.resolve(),
  })
  const ends = messages.flatMap((message) => (message.type === 'stepEnded' ? [message.end.findings] : []))
  const said = messages.flatMap((message) => (message.type === 'said' ? [message.said] : []))
  return { findings: Object.assign({}, ...ends), said, messages }
}
