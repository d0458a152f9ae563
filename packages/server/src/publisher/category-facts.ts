import {
  type AnyContract,
  defaultPriority,
  JsonEncoder,
  type JsonText,
  type KnownShape,
  knownShapeOf,
  type Priority,
  priorityRank,
} from '@telltale/contract'

/** What is known of a category before anything is said in it. */
export interface CategoryFacts {
  /** Whether the contract has it. */
  readonly isKnown: boolean
  readonly priority: Priority
  /** The same as a number. */
  readonly rank: number
  /** Takes metadata down. */
  readonly encoder: JsonEncoder
  /** What stands for metadata that was not given. */
  readonly noMetadata: JsonText
}

/** The facts of all categories of a contract. */
export type CategoryBook = ReadonlyMap<string, CategoryFacts>

/** Looks at each category of a contract once. */
export function createCategoryBook({ categories }: AnyContract): CategoryBook {
  return new Map(
    Object.entries(categories).map(([name, schema]) => [
      name,
      factsOf(true, defaultPriority(name), knownShapeOf(schema)),
    ]),
  )
}

/** What is known of a name that somebody made up. */
export function unknownCategory(): CategoryFacts {
  return factsOf(false, 'normal', null)
}

function factsOf(isKnown: boolean, priority: Priority, shape: KnownShape | null): CategoryFacts {
  const encoder = new JsonEncoder(shape)
  return { isKnown, priority, rank: priorityRank(priority), encoder, noMetadata: encoder.encode({}) }
}
