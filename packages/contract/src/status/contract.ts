import type { z } from 'zod'
import { TelltaleError } from '../errors.ts'
import { copyJson, isPlainObject, type JsonObject } from '../json.ts'
import { typesMax } from '../topic.ts'
import { type DefaultCategories, defaultCategories } from './categories.ts'
import { isReservedName, type ReservedName } from './reserved.ts'

/** Categories with the schema of their metadata. */
export type CategorySchemas = { readonly [category: string]: z.ZodType }

/**
 * An app's categories and the schemas of their metadata: the single source of all types, from the producer to the hook.
 * Without one, the six default categories hold.
 */
export interface Contract<TCategories extends CategorySchemas = DefaultCategories> {
  readonly categories: TCategories
  /** The names in the order they were defined in. */
  readonly names: readonly string[]
}

/** Any contract, for constraints. */
export type AnyContract = Contract<CategorySchemas>

/** The category names of a contract. */
export type CategoryOf<TContract extends AnyContract> = keyof TContract['categories'] & string

/** What a producer may pass as metadata of a category. */
export type MetadataInput<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> = z.input<
  TContract['categories'][TCategory]
>

/** What a reader gets as metadata of a category. */
export type MetadataOf<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> = z.output<
  TContract['categories'][TCategory]
>

/** Whether a schema's metadata is a JSON object by its type, both as it is said and as it is read. `any` says nothing. */
type IsJsonSchema<TSchema extends z.ZodType> = 0 extends 1 & z.output<TSchema>
  ? false
  : [z.output<TSchema>, z.input<TSchema>] extends [JsonObject, JsonObject]
    ? true
    : false

/** Turns a mistake in a contract into a sentence at the place of the mistake. */
export type CheckedCategories<TCategories extends CategorySchemas> = {
  readonly [TName in keyof TCategories]: TName extends ReservedName
    ? `'${TName}' is a method of the status API: name the category differently`
    : IsJsonSchema<TCategories[TName]> extends true
      ? TCategories[TName]
      : 'metadata must be a JSON object: write dates as ISO text with z.iso.datetime(), and let extra keys pass with .catchall(z.json())'
}

const nameShape = /^[a-z][A-Za-z0-9_]{0,31}$/

/**
 * Defines the app's own categories. At most 31; names are 1 to 32 letters, digits and `_`, beginning with a small letter.
 * Throws `INVALID_OPTION` for a name that is taken by the status API or has another shape.
 *
 * @example
 * ```ts
 * import { defaultCategories, defineContract } from '@telltale/contract'
 * import { z } from 'zod'
 *
 * export const contract = defineContract({
 *   categories: { ...defaultCategories, retrieval: z.object({ chunks: z.number() }) },
 * })
 * ```
 */
export function defineContract<const TCategories extends CategorySchemas>(options: {
  categories: TCategories & CheckedCategories<TCategories>
}): Contract<TCategories> {
  const names = Object.keys(options.categories)
  if (names.length === 0 || names.length > typesMax) {
    throw new TelltaleError('INVALID_OPTION', `a contract has 1 to ${typesMax} categories, not ${names.length}`)
  }
  for (const name of names) {
    if (!nameShape.test(name)) {
      throw new TelltaleError('INVALID_OPTION', `'${name}' is no category name: ${nameShape.source}`)
    }
    if (isReservedName(name)) {
      throw new TelltaleError(
        'INVALID_OPTION',
        `'${name}' is a method of the status API: name the category differently`,
      )
    }
  }
  return Object.freeze({ categories: options.categories, names })
}

/** The contract of the six default categories. */
export const defaultContract: Contract = defineContract({ categories: defaultCategories })

/** Schemas that turn JSON into nothing but JSON, as is known without looking. */
const ours: ReadonlySet<unknown> = new Set(Object.values(defaultCategories))

/** The outcome of {@link checkMetadata}. */
export type MetadataCheck = { ok: true; metadata: JsonObject } | { ok: false; problem: string }

/** Checks metadata against its category's schema; the category must be of the contract. Never throws. */
export function checkMetadata(contract: AnyContract, category: string, metadata: JsonObject): MetadataCheck {
  const schema = contract.categories[category]
  if (!schema) return { ok: false, problem: `no category '${category}'` }
  try {
    const result = schema.safeParse(metadata)
    if (!result.success) return { ok: false, problem: describe(result.error) }
    if (!isPlainObject(result.data)) return { ok: false, problem: 'the schema did not return an object' }
    if (ours.has(schema)) return { ok: true, metadata: result.data as JsonObject }
    // An app's schema may turn JSON into something that is none.
    const copied = copyJson(result.data)
    return copied.ok ? { ok: true, metadata: copied.value as JsonObject } : copied
  } catch {
    return { ok: false, problem: 'the schema threw' } // an async or throwing refinement of the app
  }
}

function describe({ issues: [issue] }: z.core.$ZodError): string {
  const path = issue?.path.join('.') ?? ''
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'malformed'}`
}
