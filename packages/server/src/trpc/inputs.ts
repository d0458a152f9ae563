import { priorities, unwrapInput } from '@telltale/contract'
import { z } from 'zod'

/** Reads an input also where the root above has no transformer, and the envelope comes down to us. */
const input = <TSchema extends z.ZodType>(schema: TSchema) => z.preprocess(unwrapInput, schema)

/** Most updates in one `publishMany`. */
export const publishManyMax = 100
/** Most categories a subscription may name. */
export const categoriesMax = 10

const conversationId = z.string().max(128)
const position = z.string().max(256)
const categories = z.array(z.string().max(64)).max(categoriesMax).optional()
const priority = z.enum(priorities as ['low', 'normal', 'high'])

/** One update from the network. Its metadata is checked by the publisher, against its category's schema. */
export const updateInput = z.object({
  conversationId,
  category: z.string().max(64),
  text: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  id: z.string().min(1).max(128).optional(),
  key: z.string().min(1).max(128).optional(),
  priority: priority.optional(),
})

/** The same as the input of a procedure. */
export const publishInput = input(updateInput)

/** What was read of one update. */
export type ParsedUpdate = z.output<typeof updateInput>

export const publishManyInput = input(z.object({ updates: z.array(z.unknown()).max(publishManyMax) }))

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
    // Without it in the schema, tRPC's resume would be stripped in silence.
    lastEventId: position.optional(),
  }),
)

export const historyInput = input(
  z.object({
    conversationId,
    categories,
    before: position.optional(),
    limit: z.number().int().min(1).max(200).default(50),
  }),
)

export const snapshotInput = input(z.object({ conversationId, categories }))
