import { z } from 'zod'
import type { Json } from '../json.ts'

const text = z.string().optional()
const count = z.number().nonnegative().optional()
/** Extra keys pass; that they are JSON was checked when the update was copied or parsed. */
export const extraMetadata = z.custom<Json | undefined>()

/**
 * The six categories every contract can start from. Every key is optional and extra keys pass. Names with dots are
 * attributes of OpenTelemetry's semantic conventions for generative AI.
 */
export const defaultCategories = {
  /** A model at work. */
  engine: z
    .object({
      engine: text,
      model: text,
      step: z.union([z.string(), z.number()]).optional(),
      totalSteps: count,
      'gen_ai.operation.name': text,
      'gen_ai.provider.name': text,
      'gen_ai.request.model': text,
      'gen_ai.request.temperature': z.number().optional(),
      'gen_ai.request.max_tokens': count,
      'gen_ai.response.model': text,
      'gen_ai.usage.input_tokens': count,
      'gen_ai.usage.output_tokens': count,
      durationMs: count,
    })
    .catchall(extraMetadata),
  /** A tool that runs. */
  tool: z
    .object({ tool: text, query: text, resultCount: count, attempt: count, timeoutMs: count, durationMs: count })
    .catchall(extraMetadata),
  /** Steps of a longer piece of work. */
  workflow: z
    .object({
      workflow: text,
      step: z.union([z.string(), z.number()]).optional(),
      currentStep: count,
      completedSteps: count,
      totalSteps: count,
      status: text,
      durationMs: count,
    })
    .catchall(extraMetadata),
  /** How far something is. */
  progress: z
    .object({
      current: z.number().optional(),
      total: z.number().optional(),
      percent: z.number().optional(),
      unit: text,
    })
    .catchall(extraMetadata),
  /** What failed. */
  error: z
    .object({
      type: text,
      message: text,
      code: z.union([z.string(), z.number()]).optional(),
      retryable: z.boolean().optional(),
    })
    .catchall(extraMetadata),
  /** Anything else worth telling. */
  info: z.object({}).catchall(extraMetadata),
}

/** The schemas of {@link defaultCategories}. */
export type DefaultCategories = typeof defaultCategories
