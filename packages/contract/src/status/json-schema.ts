import { z } from 'zod'
import type { AnyContract } from './contract.ts'

/** A category as `status.categories` tells it. */
export interface CategoryDescription {
  readonly name: string
  readonly title: string
  /** JSON Schema (draft 2020-12) of what a producer may pass as metadata. */
  readonly metadata: Record<string, unknown>
}

/** Describes a contract's categories; what JSON Schema cannot say is left open. */
export function describeCategories(contract: AnyContract): CategoryDescription[] {
  return contract.names.map((name) => {
    const schema = contract.categories[name]
    const described = schema ? z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) : {}
    const title = schema?.meta()?.title ?? name.charAt(0).toUpperCase() + name.slice(1)
    return { name, title, metadata: described as Record<string, unknown> }
  })
}
