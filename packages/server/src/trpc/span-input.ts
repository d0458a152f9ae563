import { type Span, spanNameMax, spanStates } from '@telltale/contract'
import { z } from 'zod'

/** An id of a span. */
export const spanId = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'an id of a span is 1 to 64 of A-Z a-z 0-9 _ . : -')

const shortText = z.string().max(spanNameMax)
/** A whole number; as milliseconds a hundred years. */
const whole = z.number().int().min(0).max(3_155_760_000_000)
const amount = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)

/** A span's whole state, from the network. `lost` is not for producers to say. */
export const spanInput = z.object({
  id: spanId,
  parentId: spanId.optional(),
  name: shortText,
  state: z.enum(spanStates).exclude(['lost']),
  startedAt: z.iso.datetime({ offset: true }).max(40),
  durationMs: whole.optional(),
  progress: z
    .object({
      current: amount.optional(),
      total: amount.optional(),
      percent: z.number().min(0).max(100).optional(),
      unit: z.string().max(32).optional(),
    })
    .optional(),
  attempt: whole.optional(),
  attempts: whole.optional(),
  retryInMs: whole.optional(),
  waitingFor: shortText.optional(),
  fallback: z.object({ from: shortText, to: shortText }).optional(),
  error: z
    .object({
      type: z.string().max(64),
      message: z.string().max(512),
      code: z.union([z.number(), z.string().max(64)]).optional(),
      retryable: z.boolean().optional(),
    })
    .optional(),
  reason: shortText.optional(),
}) as unknown as z.ZodType<Span>
