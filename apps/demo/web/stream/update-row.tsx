import type { StatusUpdate } from '@telltale/contract/wire'
import { memo } from 'react'
import { CategoryMark } from '../category-mark.tsx'
import { clockTime } from './clock-time.ts'
import { FractionBar } from './fraction-bar.tsx'
import { fractionOf } from './fraction-of.ts'
import { MetadataList } from './metadata-list.tsx'
import './update-row.css'

/** One update. Strangers write what is in it: all of it is text, and none of it can turn the line around. */
export const UpdateRow = memo(function UpdateRow({ update }: { update: StatusUpdate }) {
  const { category, text, timestamp, metadata, truncated } = update
  const fraction = fractionOf(update)
  return (
    <li className="update-row" data-category={category}>
      <time dateTime={timestamp}>{clockTime(timestamp)}</time>
      <span className="update-category">
        <CategoryMark category={category} />
        {category}
      </span>
      <div className="update-body">
        <p>
          <bdi>{text}</bdi>
          {truncated && <span className="hint"> (cut: it was too long)</span>}
        </p>
        <div className="update-details">
          {fraction && <FractionBar fraction={fraction} />}
          <MetadataList metadata={metadata} without={fraction?.keys ?? []} />
        </div>
      </div>
    </li>
  )
})
