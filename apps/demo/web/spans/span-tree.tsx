import { isSpanEnd, type SpanNode } from '@telltale/react'
import { useState } from 'react'
import { Elapsed } from '../timeline/elapsed.tsx'
import { isOver, type Standing, stateOf } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { useQuietSeconds } from '../timeline/use-seconds.ts'
import { PlannedRow } from './planned-row.tsx'
import { SpanNotes } from './span-notes.tsx'
import { SpanRow } from './span-row.tsx'
import { wordOf } from './words.ts'
import './span-tree.css'

interface SpanTreeProps {
  readonly conversationId: string
  /** The analysis to show, with its steps; `null` where there is none, or where its category is switched off. */
  readonly standing: Standing | null
  /** Spans beside it: what somebody else works at here, or parts whose whole is switched off. */
  readonly others: readonly SpanNode[]
  readonly isLive: boolean
}

/** The work of an analysis as a tree: the whole, its steps, and what each is made of. */
export function SpanTree({ conversationId, standing, others, isLive }: SpanTreeProps) {
  const [isAllOpen, setAllOpen] = useState(false)
  const span = standing?.span ?? null
  // The last that began stays open until the next begins: what opened and closed with each would not be seen.
  const lastId = span?.children.at(-1)?.id
  const isOpen = span !== null && !isSpanEnd(span.state)
  const steps = new Set(standing?.steps.map((step) => step.span?.id))
  const rest = [...(span?.children.filter(({ id }) => !steps.has(id)) ?? []), ...others]
  const row = (node: SpanNode, step?: string) => (
    <SpanRow
      key={node.id}
      conversationId={conversationId}
      span={node}
      step={step}
      isLive={isLive}
      isOpenFirst={isAllOpen || (isOpen && node.id === lastId) || isTroubled(node)}
    />
  )
  return (
    <section className="panel span-tree" aria-labelledby="span-tree-title">
      <header className="span-tree-head">
        <h3 id="span-tree-title">Steps</h3>
        {standing && <Whole conversationId={conversationId} standing={standing} isLive={isLive} />}
        <button type="button" className="quiet" aria-pressed={isAllOpen} onClick={() => setAllOpen(!isAllOpen)}>
          All parts
        </button>
      </header>
      {span && <SpanNotes conversationId={conversationId} span={span} isLive={isLive} />}
      <ol className="span-list" aria-label="Steps" key={isAllOpen ? 'all' : 'some'}>
        {standing?.steps.map((step) =>
          step.span ? row(step.span, step.name) : <PlannedRow key={step.name} step={step} />,
        )}
        {rest.map((node) => row(node))}
      </ol>
      {!standing && rest.length === 0 && <p className="hint">Nothing is at work in what is switched on.</p>}
    </section>
  )
}

function isTroubled({ state }: SpanNode): boolean {
  return state === 'failed' || state === 'lost' || state === 'cancelled'
}

/** How the whole of it stands, in a few words. */
function Whole({
  conversationId,
  standing,
  isLive,
}: Pick<SpanTreeProps, 'conversationId' | 'isLive'> & { readonly standing: Standing }) {
  const { state, span, heardAt, startedAt, durationMs } = standing
  const quietS = useQuietSeconds(conversationId, heardAt)
  const shown = span ? stateOf(span) : state
  return (
    <p className="span-whole" data-state={shown}>
      <StateMark state={shown} isQuiet={quietS !== null || !isLive} />
      <bdi className="span-name">{span?.name ?? ''}</bdi>
      <span className="span-word">{wordOf(shown, isLive)}</span>
      <Elapsed
        conversationId={conversationId}
        startedAt={startedAt}
        durationMs={durationMs}
        isRunning={isLive && !isOver(shown)}
      />
    </p>
  )
}
