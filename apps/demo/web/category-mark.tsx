import type { ReactNode } from 'react'
import type { Category } from './categories.ts'
import './category-mark.css'

/** One drawing for each category, so that they differ by more than colour. */
const drawings: Record<Category, ReactNode> = {
  engine: (
    <path d="M8 1.5c.7 3.9 2.6 5.8 6.5 6.5-3.9.7-5.8 2.6-6.5 6.5C7.3 10.6 5.4 8.7 1.5 8 5.4 7.3 7.3 5.4 8 1.5z" />
  ),
  tool: <path d="M10.2 2a4 4 0 0 0-3.6 5.5L2 12.2 3.8 14l4.7-4.6A4 4 0 0 0 13.9 5l-2.3 2.2-2.7-.5-.3-2.5z" />,
  workflow: <path d="M3.5 3.5h3v3h-3zM9.5 9.5h3v3h-3zM6.5 5H11v4.5" />,
  progress: <path d="M8 2a6 6 0 1 1-6 6M8 5v3l2.2 1.8" />,
  error: <path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1" />,
  info: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5v.1" />,
}

/** The sign of a category, in its colour. Always beside its name. */
export function CategoryMark({ category }: { category: Category }) {
  return (
    <svg className="category-mark" data-category={category} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[category]}
    </svg>
  )
}
