import { isSpanEnd, type SpanNode } from '@telltale/react'
import { memo, useId, useState } from 'react'
import type { Category } from '../categories.ts'
import { CategoryMark } from '../category-mark.tsx'
import { Elapsed } from '../timeline/elapsed.tsx'
import { heardAt, stateOf } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { useQuietSeconds } from '../timeline/use-seconds.ts'
import { SpanNotes } from './span-notes.tsx'
import { wordOf } from './words.ts'

interface SpanRowProps {
  readonly conversationId: string
  readonly span: SpanNode
  /** The name of the step that it is. */
  readonly step?: string | undefined
  readonly isLive: boolean
  /** Whether its parts are shown until somebody decides otherwise. */
  readonly isOpenFirst: boolean
}

/** One piece of work, and what it is made of. */
export const SpanRow = memo(function SpanRow({ conversationId, span, step, isLive, isOpenFirst }: SpanRowProps) {
  const { id, name, category, text, children, startedAt, durationMs } = span
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isEnded = isSpanEnd(span.state)
  const quietS = useQuietSeconds(conversationId, isEnded ? null : heardAt(span))
  const partsId = useId()
  const state = stateOf(span)
  const isOpen = chosen ?? isOpenFirst
  return (
    <li
      className="span-row"
      data-span={id}
      data-step={step}
      data-category={category}
      data-state={state}
      data-quiet={quietS !== null || undefined}
      aria-current={step !== undefined && !isEnded ? 'step' : undefined}
    >
      <div className="span-line">
        <StateMark state={state} isQuiet={quietS !== null || !isLive} />
        {step === undefined ? (
          <span className="span-part">
            <CategoryMark category={category as Category} />
            <span className="only-heard">{category} </span>
            <bdi className="span-name">{name}</bdi>
          </span>
        ) : (
          <h4>
            <bdi>{name}</bdi>
          </h4>
        )}
        {text !== name && (
          <p className="span-text">
            <bdi>{text}</bdi>
          </p>
        )}
        <span className="span-side">
          <Elapsed
            conversationId={conversationId}
            startedAt={startedAt}
            durationMs={durationMs ?? null}
            isRunning={isLive && !isEnded}
          />
          <span className={state === 'succeeded' ? 'only-heard' : 'span-word'}>{wordOf(state, isLive)}</span>
        </span>
        {children.length > 0 && (
          <button
            type="button"
            className="quiet span-more"
            aria-expanded={isOpen}
            aria-controls={partsId}
            onClick={() => setChosen(!isOpen)}
          >
            <span className="only-heard">
              {children.length === 1 ? '1 part' : `${children.length} parts`} of {name}
            </span>
            <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
              <path d="m5 6.5 3 3 3-3" />
            </svg>
          </button>
        )}
      </div>
      <SpanNotes conversationId={conversationId} span={span} isLive={isLive} />
      {children.length > 0 && (
        <ol className="span-list" id={partsId} hidden={!isOpen} aria-label={`Parts of ${name}`}>
          {isOpen &&
            children.map((child) => (
              <SpanRow
                key={child.id}
                conversationId={conversationId}
                span={child}
                isLive={isLive}
                isOpenFirst={isOpenFirst}
              />
            ))}
        </ol>
      )}
    </li>
  )
})
