import {
  type AnyContract,
  defaultPriority,
  encodeJson,
  type JsonText,
  type KnownShape,
  knownShapeOf,
  type Priority,
  priorityRank,
} from '@telltale/contract'

/** What is known of a category before anything is said in it. */
export interface CategoryFacts {
  readonly priority: Priority
  /** The same as a number. */
  readonly rank: number
  readonly shape: KnownShape | null
  /** What stands for metadata that was not given. */
  readonly noMetadata: JsonText
}

/** The facts of all categories of a contract. */
export type CategoryBook = ReadonlyMap<string, CategoryFacts>

/** Of a name that somebody made up nothing is known. */
export const unknownCategory: CategoryFacts = factsOf('normal', null)

/** Looks at each category of a contract once. */
export function createCategoryBook({ categories }: AnyContract): CategoryBook {
  return new Map(
    Object.entries(categories).map(([name, schema]) => [name, factsOf(defaultPriority(name), knownShapeOf(schema))]),
  )
}

function factsOf(priority: Priority, shape: KnownShape | null): CategoryFacts {
  return { priority, rank: priorityRank(priority), shape, noMetadata: encodeJson({}, shape) }
}
