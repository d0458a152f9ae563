/** Categories of the contract; the updates take them in turn. */
export const categoryCount = 10
/** Different filters, each of some of the categories, and each overlapping with its neighbours. */
export const filterCount = 10
/** Categories a filter lets through. */
export const wantedCount = 5

/** The category of an update, by its number from 1. */
export const categoryOf = (number: number): string => `kind${(number - 1) % categoryCount}`

/** The categories of a filter, by its number from 0; `null` is no filter. */
export function wantedBy(filter: number | null): ReadonlySet<number> {
  const count = filter === null ? categoryCount : wantedCount
  return new Set(Array.from({ length: count }, (_, index) => ((filter ?? 0) + index) % categoryCount))
}

/** How many of the updates 1 to `number` a filter lets through. */
export function countOf(wanted: ReadonlySet<number>, number: number): number {
  const turns = Math.floor(number / categoryCount)
  let count = turns * wanted.size
  for (let index = 0; index < number % categoryCount; index++) if (wanted.has(index)) count++
  return count
}
