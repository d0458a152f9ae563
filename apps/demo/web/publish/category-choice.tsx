import { type Category, categories } from '../categories.ts'
import { CategoryMark } from '../category-mark.tsx'
import './category-choice.css'

interface CategoryChoiceProps {
  readonly chosen: Category
  readonly onChoose: (category: Category) => void
}

/** Chooses one of the six categories. */
export function CategoryChoice({ chosen, onChoose }: CategoryChoiceProps) {
  return (
    <fieldset className="category-choice">
      <legend>Category</legend>
      {categories.map((category) => (
        <label key={category}>
          <input
            type="radio"
            className="only-heard"
            name="category"
            value={category}
            checked={category === chosen}
            onChange={() => onChoose(category)}
          />
          <CategoryMark category={category} />
          {category}
        </label>
      ))}
    </fieldset>
  )
}
