import type { StreamView } from '@telltale/react'
import { memo, useId } from 'react'
import { type Category, categories } from '../categories.ts'
import { CategoryMark } from '../category-mark.tsx'
import './category-board.css'

interface CategoryBoardProps {
  readonly shown: readonly Category[]
  readonly onShow: (categories: readonly Category[]) => void
  readonly latest: StreamView['latest']
  readonly counts: StreamView['counts']
}

/** A lamp for each category: its newest update, how many there were, and whether it is subscribed at all. */
export const CategoryBoard = memo(function CategoryBoard({ shown, onShow, latest, counts }: CategoryBoardProps) {
  const hintId = useId()
  return (
    <fieldset className="category-board">
      <legend>Latest by category</legend>
      {categories.map((category) => {
        const isShown = shown.includes(category)
        const update = latest[category]
        return (
          <CategoryLamp
            key={category}
            category={category}
            isShown={isShown}
            isLast={isShown && shown.length === 1}
            hintId={hintId}
            onToggle={() => onShow(categories.filter((name) => (name === category) !== shown.includes(name)))}
            updateId={update?.id}
            text={update?.text}
            count={counts[category] ?? 0}
          />
        )
      })}
      <p id={hintId} className="hint">
        What is switched off is not subscribed, so the server does not send it. One always stays on.
      </p>
    </fieldset>
  )
})

interface CategoryLampProps {
  readonly category: Category
  readonly isShown: boolean
  readonly isLast: boolean
  readonly hintId: string
  readonly onToggle: () => void
  readonly updateId: string | undefined
  readonly text: string | undefined
  readonly count: number
}

function CategoryLamp(props: CategoryLampProps) {
  const { category, isShown, isLast, hintId, onToggle, updateId, text, count } = props
  return (
    <label className="category-lamp" data-category={category} data-shown={isShown}>
      <input
        type="checkbox"
        checked={isShown}
        disabled={isLast}
        onChange={onToggle}
        aria-label={category}
        aria-describedby={hintId}
      />
      {/* A new key lights the lamp anew. */}
      <span key={updateId} className="category-glow" data-lit={updateId !== undefined} />
      <span className="category-name">
        <CategoryMark category={category} />
        {category}
      </span>
      <span className="category-count">{isShown ? count : 'off'}</span>
      <span className="category-text">{text === undefined ? 'nothing yet' : <bdi>{text}</bdi>}</span>
    </label>
  )
}
