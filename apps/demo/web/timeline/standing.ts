import { isSpanEnd, type SpanNode } from '@telltale/react'
import { type Analysis, type StepName, steps } from '../../api/analysis.ts'

/** How something stands: as its span says, as the server knows it, or as it is planned. */
export type ShownState =
  | 'planned'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'lost'
  | 'unreached'

/** One step of an analysis, to be shown. */
export interface StepStanding {
  readonly name: StepName
  readonly title: string
  readonly state: ShownState
  /** `null` while it has not begun, or when what was said then is not kept any more. */
  readonly span: SpanNode | null
}

/** One analysis, as its spans tell it, with what the server answers about it where they say nothing. */
export interface Standing {
  readonly analysisId: string
  readonly state: ShownState
  /** The span of the whole. */
  readonly span: SpanNode | null
  /** What was said last by whatever is at work in it; why it failed, when it did. */
  readonly text: string
  /** ISO 8601, by the server's clock; `null` before the start. */
  readonly startedAt: string | null
  /** In milliseconds, once it is over. */
  readonly durationMs: number | null
  /** When anything of it was heard last, ISO 8601; `null` when nothing more is to be heard. */
  readonly heardAt: string | null
  /** All of them, in their order. */
  readonly steps: readonly StepStanding[]
}

type Answer = Omit<Analysis, 'findings'> & Partial<Pick<Analysis, 'findings'>>

/** Whether nothing more will happen to it. */
export function isOver(state: ShownState): boolean {
  return ['succeeded', 'failed', 'cancelled', 'lost', 'unreached'].includes(state)
}

/** How a span stands, in the words of the page. */
export function stateOf({ state }: Pick<SpanNode, 'state'>): ShownState {
  return state === 'started' ? 'running' : state
}

/** The analysis that a span is about; `null` when it is about none. Anyone may say anything in metadata. */
export function analysisIdOf({ metadata }: Pick<SpanNode, 'metadata'>): string | null {
  const id = (metadata as Record<string, unknown> | null)?.['analysisId']
  return typeof id === 'string' ? id : null
}

/** The analysis that began last; `null` when none did. */
export function newestOf(roots: readonly SpanNode[]): string | null {
  const newest = roots.findLast((root) => analysisIdOf(root) !== null)
  return newest ? analysisIdOf(newest) : null
}

/** The span of an analysis, or of its wait for its turn. */
export function rootOf(roots: readonly SpanNode[], analysisId: string): SpanNode | null {
  const isRoot = (span: SpanNode): boolean => span.category === 'workflow' && analysisIdOf(span) === analysisId
  return roots.findLast((span) => isRoot(span) && stepOf(span) === null) ?? null
}

/** Puts together what spans and server say of an analysis. Pure. */
export function standingOf(analysisId: string, root: SpanNode | null, answer: Answer | undefined): Standing {
  const isTurn = root !== null && (root.metadata as Record<string, unknown> | null)?.['isTurn'] === true
  // When its turn has come, the next word is the worker's.
  const span = isTurn && root.state === 'succeeded' ? null : root
  const state = span ? stateOf(span) : (answer?.state ?? 'queued')
  const isOpen = span !== null && !isSpanEnd(span.state)
  return {
    analysisId,
    state,
    span: isTurn ? null : span,
    text: textOf(span, answer),
    startedAt: span?.startedAt ?? null,
    durationMs: span ? (span.durationMs ?? null) : durationOf(answer),
    heardAt: isOpen ? heardAt(span) : null,
    steps: steps.map(({ name, title }) => {
      const own = span?.children.findLast((child) => stepOf(child) === name) ?? null
      const isFound = state === 'succeeded' || answer?.findings?.[name] !== undefined
      const unheard = isFound ? 'succeeded' : isOver(state) ? 'unreached' : 'planned'
      return { name, title, span: own, state: own ? stateOf(own) : unheard }
    }),
  }
}

/** When something was heard last of a span or of anything it is made of. */
export function heardAt(span: SpanNode): string {
  let last = span.updatedAt
  for (const child of span.children) {
    const at = heardAt(child)
    if (at > last) last = at
  }
  return last
}

/** What is at work in a span: the open one in it that was heard of last. */
export function atWorkIn(span: SpanNode): SpanNode {
  return span.children
    .filter(({ state }) => !isSpanEnd(state))
    .map(atWorkIn)
    .reduce((last, child) => (child.offset > last.offset ? child : last), span)
}

function stepOf({ metadata }: SpanNode): string | null {
  const step = (metadata as Record<string, unknown> | null)?.['step']
  return typeof step === 'string' ? step : null
}

function textOf(span: SpanNode | null, answer: Answer | undefined): string {
  if (span?.state === 'lost') return `Lost: ${span.reason ?? 'its worker was not heard of any more'}`
  if (span) return isSpanEnd(span.state) ? span.text : atWorkIn(span).text
  switch (answer?.state) {
    case 'queued':
      return 'Waits for its turn'
    case 'running':
      return 'A worker is about to begin'
    case undefined:
      return 'Waiting for the first word'
    default:
      return answer?.failure?.message ?? 'What was said then is not kept any more.'
  }
}

function durationOf(answer: Answer | undefined): number | null {
  if (!answer?.startedAt || !answer.endedAt) return null
  return Math.max(0, Date.parse(answer.endedAt) - Date.parse(answer.startedAt))
}
