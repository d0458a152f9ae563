import type { Json, JsonObject } from '../json.ts'
import { percentOf } from './percent.ts'
import { redactEntries } from './redact.ts'
import { type SafeError, toSafeError } from './safe-error.ts'

/** What {@link buildLlmMetadata} has a word for. */
export type LlmDetails = {
  /** What the model is asked to do: `chat`, `embeddings`, `execute_tool`. */
  readonly operation?: string | undefined
  readonly temperature?: number | undefined
  /** Most tokens the model may answer with. */
  readonly maxTokens?: number | undefined
  /** The model that answered, where it can be another one than was asked. */
  readonly responseModel?: string | undefined
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
  /** Why the model stopped, one for each answer. */
  readonly finishReasons?: readonly string[] | undefined
  readonly durationMs?: number | undefined
}

/** Metadata of a model's call, by the attribute names of OpenTelemetry's conventions for generative AI. */
export type LlmMetadata = {
  readonly 'gen_ai.request.model': string
  readonly 'gen_ai.provider.name': string
  readonly 'gen_ai.operation.name'?: string
  readonly 'gen_ai.request.temperature'?: number
  readonly 'gen_ai.request.max_tokens'?: number
  readonly 'gen_ai.response.model'?: string
  readonly 'gen_ai.usage.input_tokens'?: number
  readonly 'gen_ai.usage.output_tokens'?: number
  readonly 'gen_ai.response.finish_reasons'?: readonly string[]
  readonly durationMs?: number
}

/** Metadata of a tool's call. */
export type ToolMetadata = { readonly tool: string; readonly params?: JsonObject }

/** Metadata of a workflow. */
export type WorkflowMetadata = {
  readonly workflow: string
  readonly completedSteps: number
  readonly totalSteps: number
  /** Whole percentage, 0 to 100; absent where it cannot be known. */
  readonly percent?: number
}

/** Metadata of an error: the fields of a {@link SafeError}. */
export type ErrorMetadata = { readonly [TKey in keyof SafeError]: SafeError[TKey] }

/** Further keys: any JSON, but under a name the builder has a word for only what it would say there. */
export type ExtraOf<TMetadata> = JsonObject & Partial<TMetadata>

const llmNames: ReadonlyMap<string, keyof LlmMetadata> = new Map([
  ['operation', 'gen_ai.operation.name'],
  ['temperature', 'gen_ai.request.temperature'],
  ['maxTokens', 'gen_ai.request.max_tokens'],
  ['responseModel', 'gen_ai.response.model'],
  ['inputTokens', 'gen_ai.usage.input_tokens'],
  ['outputTokens', 'gen_ai.usage.output_tokens'],
  ['finishReasons', 'gen_ai.response.finish_reasons'],
  ['durationMs', 'durationMs'],
])

/**
 * Builds metadata for a model's call, category `engine`. Details it has a word for get the name OpenTelemetry's GenAI
 * conventions have for it, others pass as they are and never overwrite those; absent details are absent keys.
 *
 * @example
 * ```ts
 * buildLlmMetadata('a-model', 'a-provider', { operation: 'chat', inputTokens: 512, region: 'eu' })
 * // { 'gen_ai.request.model': 'a-model', 'gen_ai.provider.name': 'a-provider',
 * //   'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 512, region: 'eu' }
 * ```
 */
export function buildLlmMetadata<TDetails extends LlmDetails & ExtraOf<LlmMetadata> = Record<never, never>>(
  model: string,
  provider: string,
  details?: TDetails,
): LlmMetadata & Omit<TDetails, keyof LlmDetails | keyof LlmMetadata> {
  const said: [string, Json][] = []
  const extra: [string, Json][] = []
  for (const [key, value] of Object.entries<Json | undefined>(details ?? {})) {
    if (value === undefined) continue
    const name = llmNames.get(key)
    if (name === undefined) extra.push([key, value])
    else said.push([name, value])
  }
  const own = { 'gen_ai.request.model': model, 'gen_ai.provider.name': provider, ...Object.fromEntries(said) }
  return withExtra(own, Object.fromEntries(extra)) as LlmMetadata & Omit<TDetails, keyof LlmDetails | keyof LlmMetadata>
}

/**
 * Builds metadata for a tool's call, category `tool`. In `params` the value of each key that is named like a secret
 * (password, token, api key, cookie, session and the like) becomes `[redacted]`, at any depth; their texts are not
 * searched, nor is `extra`. Params that are not JSON are left out, see `copyJson`. `extra` never overwrites what
 * is said here.
 *
 * @example
 * ```ts
 * buildToolMetadata('web_search', { query: 'telltale', apiKey: 'abc' }, { attempt: 2 })
 * // { tool: 'web_search', params: { query: 'telltale', apiKey: '[redacted]' }, attempt: 2 }
 * ```
 */
export function buildToolMetadata<TExtra extends ExtraOf<ToolMetadata> = Record<never, never>>(
  tool: string,
  params?: JsonObject,
  extra?: TExtra,
): ToolMetadata & Omit<TExtra, keyof ToolMetadata> {
  const safe = params && redactEntries(params)
  return withExtra<ToolMetadata, TExtra>({ tool, ...(safe && { params: safe }) }, extra)
}

/**
 * Builds metadata for a workflow, category `workflow`. `percent` is a whole percentage rounded down, and absent where
 * the steps do not tell one, as with 0 of 0. `extra` never overwrites what is said here.
 *
 * @example
 * ```ts
 * buildWorkflowMetadata('analysis', 2, 3, { step: 'Summarize' })
 * // { workflow: 'analysis', completedSteps: 2, totalSteps: 3, percent: 66, step: 'Summarize' }
 * ```
 */
export function buildWorkflowMetadata<TExtra extends ExtraOf<WorkflowMetadata> = Record<never, never>>(
  workflow: string,
  completedSteps: number,
  totalSteps: number,
  extra?: TExtra,
): WorkflowMetadata & Omit<TExtra, keyof WorkflowMetadata> {
  const percent = percentOf(completedSteps, totalSteps)
  const own = { workflow, completedSteps, totalSteps, ...(percent !== undefined && { percent }) }
  return withExtra<WorkflowMetadata, TExtra>(own, extra)
}

/**
 * Builds metadata for anything that was thrown, category `error`: what {@link toSafeError} makes of it, without stack,
 * cause and secrets. Never throws because of what was thrown. `extra` never overwrites what is said here, but may say a
 * `code` or `retryable` the error does not.
 *
 * @example
 * ```ts
 * buildErrorMetadata(new RangeError('page 12 of 10'), { retryable: false })
 * // { type: 'RangeError', message: 'page 12 of 10', retryable: false }
 * ```
 */
export function buildErrorMetadata<TExtra extends ExtraOf<ErrorMetadata> = Record<never, never>>(
  thrown: unknown,
  extra?: TExtra,
): ErrorMetadata & Omit<TExtra, keyof ErrorMetadata> {
  return withExtra<ErrorMetadata, TExtra>(toSafeError(thrown), extra)
}

/** The builder's own keys first, so that they are read first; and last, so that none of them is overwritten. */
function withExtra<TOwn extends object, TExtra extends object>(
  own: TOwn,
  extra: TExtra | undefined,
): TOwn & Omit<TExtra, keyof TOwn> {
  return { ...own, ...(extra as TExtra), ...own }
}
