import type { StatusUpdate } from '@telltale/contract/wire'
import { memo } from 'react'
import { slowLineKey } from '../../api/people.ts'
import { CategoryMark } from '../category-mark.tsx'
import { wordOf } from '../spans/words.ts'
import { type ShownState, stateOf } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { clockTime } from './clock-time.ts'
import { FractionBar } from './fraction-bar.tsx'
import { fractionOf } from './fraction-of.ts'
import { MetadataList } from './metadata-list.tsx'
import './update-row.css'

interface UpdateRowProps {
  readonly update: StatusUpdate
  /** It came only after the line was whole again. */
  readonly isLate?: boolean
}

/** What every status of an analysis says, and what its text says already. */
const sameInAll = ['workflow', 'analysisId', 'message', 'currentStep', 'totalSteps', 'isTurn']

/** What says nothing to a person. */
const forThePage = [slowLineKey]

/** How the span of an update stands with it. */
function SpanState({ state }: { state: ShownState }) {
  return (
    <span className="update-span" title={wordOf(state)}>
      <StateMark state={state} isQuiet={true} />
      <span className="only-heard">{wordOf(state)}: </span>
    </span>
  )
}

/** One update. Strangers write what is in it: all of it is text, and none of it can turn the line around. */
export const UpdateRow = memo(function UpdateRow({ update, isLate = false }: UpdateRowProps) {
  const { category, text, timestamp, metadata, offset, truncated, span } = update
  const fraction = fractionOf(update)
  const known = metadata['workflow'] === 'document_analysis' ? sameInAll : forThePage
  return (
    <li className="update-row" data-category={category} data-offset={offset} data-late={isLate || undefined}>
      <time dateTime={timestamp}>{clockTime(timestamp)}</time>
      <span className="update-category">
        <CategoryMark category={category} />
        {category}
      </span>
      <div className="update-body">
        <p>
          {span && <SpanState state={stateOf(span)} />}
          <bdi>{text}</bdi>
          {truncated && <span className="hint"> (cut: it was too long)</span>}
        </p>
        <div className="update-details">
          {fraction && <FractionBar fraction={fraction} isBare={text.includes(fraction.label)} />}
          <MetadataList metadata={metadata} without={[...known, ...(fraction?.keys ?? [])]} />
        </div>
      </div>
    </li>
  )
})
