import type { AnyContract, CategoryOf, MetadataInput } from '../status/contract.ts'
import type { UpdateOptions } from '../status/update.ts'

/** Metadata that fits whichever of the categories it turns out to be. */
type MetadataOfAll<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> = (
  TCategory extends CategoryOf<TContract>
    ? (metadata: MetadataInput<TContract, TCategory>) => void
    : never
) extends (metadata: infer TMetadata) => void
  ? TMetadata
  : never

/** Metadata is optional exactly when `{}` fits the category's schema. */
export type MetadataArguments<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> =
  Record<never, never> extends MetadataOfAll<TContract, TCategory>
    ? [metadata?: MetadataOfAll<TContract, TCategory>, options?: UpdateOptions]
    : [metadata: MetadataOfAll<TContract, TCategory>, options?: UpdateOptions]

/** Categories whose metadata can hold how long something took. */
export type TimedCategoryOf<TContract extends AnyContract> = {
  [TCategory in CategoryOf<TContract>]: { durationMs: number } extends Pick<
    MetadataInput<TContract, TCategory> & { [key: string]: unknown },
    'durationMs'
  >
    ? 'durationMs' extends keyof MetadataInput<TContract, TCategory>
      ? TCategory
      : string extends keyof MetadataInput<TContract, TCategory>
        ? TCategory
        : never
    : never
}[CategoryOf<TContract>]

/** The same where `durationMs` is filled in: it need not be given, also where the schema requires it. */
export type TimedArguments<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> =
  Record<never, never> extends Untimed<MetadataOfAll<TContract, TCategory>>
    ? [metadata?: Untimed<MetadataOfAll<TContract, TCategory>>, options?: UpdateOptions]
    : [metadata: Untimed<MetadataOfAll<TContract, TCategory>>, options?: UpdateOptions]

/** Metadata that may lack the time it took; where it may anyway, it stays as it is. */
type Untimed<TMetadata> =
  Record<never, never> extends Pick<TMetadata & { [key: string]: unknown }, 'durationMs'>
    ? TMetadata
    : Omit<TMetadata, 'durationMs'>

/** One of several updates: a union over the categories. */
export type BulkUpdate<TContract extends AnyContract, TCategory extends CategoryOf<TContract> = CategoryOf<TContract>> =
  TCategory extends CategoryOf<TContract>
    ? UpdateOptions & { readonly category: TCategory; readonly text: string } & (Record<
          never,
          never
        > extends MetadataInput<TContract, TCategory>
          ? { readonly metadata?: MetadataInput<TContract, TCategory> }
          : { readonly metadata: MetadataInput<TContract, TCategory> })
    : never

/** How far something is, when the contract has the category `progress` for it. */
export type ProgressMetadata<TContract extends AnyContract> =
  'progress' extends CategoryOf<TContract> ? Partial<MetadataInput<TContract, 'progress'>> : never

/** The same as a part of options. */
export type MetadataOption<TMetadata> = undefined extends TMetadata
  ? { readonly metadata?: TMetadata }
  : { readonly metadata: TMetadata }
