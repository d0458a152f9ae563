import { isPlainObject, priorities, typesMax, unwrapInput } from '@telltale/contract'
import { z } from 'zod'
import { spanId, spanInput } from './span-input.ts'

/** Reads an input also where the root above has no transformer, and the envelope comes down to us. */
const input = <TSchema extends z.ZodType>(schema: TSchema) => z.preprocess(unwrapInput, schema)

/** Most updates in one `publishMany`. */
export const publishManyMax = 100

const conversationId = z.string().max(128)
const position = z.string().max(256)
const categories = z.array(z.string().max(64)).max(typesMax).optional()
const priority = z.enum(priorities as ['low', 'normal', 'high'])

/** One update from the network. Its metadata is checked by the publisher, against its category's schema. */
export const updateInput = z.object({
  conversationId,
  category: z.string().max(64),
  text: z.string(),
  // Not a record: that would lose a forbidden name in silence, before it can be refused.
  metadata: z.custom<Record<string, unknown>>(isPlainObject, 'metadata must be an object').optional(),
  id: z.string().min(1).max(128).optional(),
  key: z.string().min(1).max(128).optional(),
  priority: priority.optional(),
  ttlMs: z.number().int().min(1).max(86_400_000).optional(),
  span: spanInput.optional(),
  spanId: spanId.optional(),
})

/** What a producer had to shed before it could send it: readers are told, in this place of the order. */
export const shedInput = z.object({
  conversationId,
  shed: z
    .record(z.string().max(64), z.number().int().min(1).max(1e9))
    .refine((counts) => Object.keys(counts).length <= 31, 'at most 31 categories'),
  id: z.string().min(1).max(128).optional(),
})

/** Names a producer whose lease its spans hang on, so that it can come back over another connection. */
const producer = z.string().regex(/^[A-Za-z0-9_.:-]{8,64}$/, 'a producer is named by 8 to 64 of A-Z a-z 0-9 _ . : -')

/** The same as the input of a procedure. */
export const publishInput = input(updateInput.extend({ producer: producer.optional() }))

/** What was read of one update. */
export type ParsedUpdate = z.output<typeof updateInput> & { readonly producer?: string | undefined }

export const publishManyInput = input(
  z.object({ updates: z.array(z.unknown()).max(publishManyMax), producer: producer.optional() }),
)

export const leaseInput = input(z.object({ producer, leaving: z.boolean().default(false) }))

export const subscribeInput = input(
  z.object({
    conversationId,
    categories,
    minPriority: priority.optional(),
    from: z
      .union([
        z.enum(['snapshot', 'live']),
        z.object({ last: z.number().int().min(1).max(10_000) }),
        z.object({ after: position }),
      ])
      .optional(),
    replaces: z.string().min(1).max(64).optional(),
    // Without it in the schema, tRPC's resume would be stripped in silence.
    lastEventId: position.optional(),
  }),
)

export const presenceInput = input(
  z.object({
    conversationId,
    // Whoever comes back gets the whole state again; without it in the schema tRPC would not take it.
    lastEventId: position.optional(),
  }),
)

export const refreshInput = input(z.object({ token: z.string().min(1).max(16_384) }))

export const historyInput = input(
  z.object({
    conversationId,
    categories,
    before: position.optional(),
    limit: z.number().int().min(1).max(200).default(50),
  }),
)

export const snapshotInput = input(z.object({ conversationId, categories }))
