import type { Attributes } from '@opentelemetry/api'

/** What stands for a value that is of no known set, as in OpenTelemetry's own conventions. */
export const other = '_OTHER'

/** Most categories of a contract, and what stands for the others. */
const categoriesMax = 32

/**
 * Attributes for a category, made once each. A contract has a few, and Telltale names no others; should something else
 * ever come, it shares one name with all that follows, for each new name would cost memory for ever.
 */
export function categoryAttributes(): (category: string) => Attributes {
  const known = new Map<string, Attributes>()
  const rest: Attributes = { 'telltale.category': other }
  return (category) => {
    const attributes = known.get(category)
    if (attributes) return attributes
    if (category === '' || known.size >= categoriesMax) return rest
    const added = { 'telltale.category': category }
    known.set(category, added)
    return added
  }
}

/** A value of a fixed set, or what stands for all others. */
export function oneOf<T extends string | number>(known: ReadonlySet<T>): (value: T) => T | typeof other {
  return (value) => (known.has(value) ? value : other)
}
