import { memo } from 'react'
import { type Category, categories } from '../categories.ts'
import { CategoryMark } from '../category-mark.tsx'
import './category-toggles.css'

interface CategoryTogglesProps {
  readonly shown: readonly Category[]
  readonly onShow: (categories: readonly Category[]) => void
  /** How many of each are listed. */
  readonly counts: Readonly<Partial<Record<Category, number>>>
}

/** Switches categories on and off. What is off is not subscribed: the server does not send it. */
export const CategoryToggles = memo(function CategoryToggles({ shown, onShow, counts }: CategoryTogglesProps) {
  return (
    <fieldset className="category-toggles" aria-label="Categories that the server sends">
      {categories.map((category) => {
        const isShown = shown.includes(category)
        // With none there would be nothing to subscribe.
        const isLast = isShown && shown.length === 1
        return (
          <button
            key={category}
            type="button"
            data-category={category}
            aria-pressed={isShown}
            aria-disabled={isLast}
            title={isLast ? 'One stays on' : undefined}
            onClick={() => !isLast && onShow(categories.filter((name) => (name === category) !== shown.includes(name)))}
          >
            <CategoryMark category={category} />
            {category}
            <span className="category-count">{isShown ? (counts[category] ?? 0) : 'off'}</span>
          </button>
        )
      })}
    </fieldset>
  )
})
