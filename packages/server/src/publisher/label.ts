import type { AnyContract } from '@telltale/contract'

/** What telemetry calls a category: a name that is not of the contract is a stranger's text, no label, and not always a text. */
export function labelOf(contract: AnyContract, category: unknown): string {
  return typeof category === 'string' && Object.hasOwn(contract.categories, category) ? category : ''
}
