import { describe, expectTypeOf, it } from 'vitest'
import type { JsonObject } from '../json.ts'
import type { CategoryOf, Contract, MetadataInput } from './contract.ts'
import {
  buildErrorMetadata,
  buildLlmMetadata,
  buildToolMetadata,
  buildWorkflowMetadata,
  type ErrorMetadata,
  type LlmMetadata,
  type ToolMetadata,
  type WorkflowMetadata,
} from './metadata.ts'
import { percentOf } from './percent.ts'
import { type SafeError, toSafeError } from './safe-error.ts'

/** Says metadata of a category, as the status API takes it. */
declare function say<TCategory extends CategoryOf<Contract>>(
  category: TCategory,
  metadata: MetadataInput<Contract, TCategory>,
): void
declare const wide: JsonObject

describe('the metadata builders', () => {
  it('build what their category takes', () => {
    say('engine', buildLlmMetadata('m', 'p'))
    say('engine', buildLlmMetadata('m', 'p', { operation: 'chat', finishReasons: ['stop'], region: 'eu' }))
    say('tool', buildToolMetadata('t'))
    say('tool', buildToolMetadata('t', { query: 'q' }, { resultCount: 3, region: 'eu', nested: { list: [1, null] } }))
    say('workflow', buildWorkflowMetadata('w', 1, 2))
    say('workflow', buildWorkflowMetadata('w', 1, 2, { step: 3, region: 'eu' }))
    say('error', buildErrorMetadata(new Error('m')))
    say('error', buildErrorMetadata('m', { retryable: true, region: 'eu' }))
  })

  it('build it of further keys nobody knows, too', () => {
    say('engine', buildLlmMetadata('m', 'p', wide))
    say('tool', buildToolMetadata('t', wide, wide))
    say('workflow', buildWorkflowMetadata('w', 1, 2, wide))
    say('error', buildErrorMetadata('m', wide))
  })

  it('know what they have built', () => {
    expectTypeOf(buildLlmMetadata('m', 'p')).toExtend<LlmMetadata>()
    expectTypeOf(buildLlmMetadata('m', 'p')['gen_ai.usage.input_tokens']).toEqualTypeOf<number | undefined>()
    expectTypeOf(buildToolMetadata('t', {}, { attempt: 2 }).attempt).toEqualTypeOf<number>()
    expectTypeOf(buildToolMetadata('t')).toExtend<ToolMetadata>()
    expectTypeOf(buildWorkflowMetadata('w', 1, 2, { step: 'a' }).step).toEqualTypeOf<string>()
    expectTypeOf(buildWorkflowMetadata('w', 1, 2)).toExtend<WorkflowMetadata>()
    expectTypeOf(buildErrorMetadata('m').code).toEqualTypeOf<string | number | undefined>()
    expectTypeOf(buildErrorMetadata('m')).toExtend<ErrorMetadata>()
    expectTypeOf<ErrorMetadata>().toExtend<SafeError>()
  })

  it('are no any, and no key they do not have', () => {
    expectTypeOf(buildLlmMetadata('m', 'p', { region: 'eu' })).not.toBeAny()
    expectTypeOf(buildLlmMetadata('m', 'p', { region: 'eu' }).region).toEqualTypeOf<string>()
    // @ts-expect-error it was said by another name
    const renamed = buildLlmMetadata('m', 'p', { inputTokens: 1 }).inputTokens
    // @ts-expect-error nobody said anything of a region
    const unsaid = buildToolMetadata('t').region
    expectTypeOf([renamed, unsaid]).toBeArray()
  })

  it('refuse further keys that no JSON can hold', () => {
    // @ts-expect-error a Date is not JSON
    buildLlmMetadata('m', 'p', { at: new Date() })
    // @ts-expect-error a bigint is not JSON
    buildToolMetadata('t', { size: 1n })
    // @ts-expect-error a function is not JSON
    buildWorkflowMetadata('w', 1, 2, { done: () => {} })
    // @ts-expect-error an error is not JSON
    buildErrorMetadata('m', { cause: new Error('inside') })
  })

  it('refuse a word they know with another type', () => {
    // @ts-expect-error a temperature is a number
    buildLlmMetadata('m', 'p', { temperature: 'hot' })
    // @ts-expect-error so it is by its other name
    buildLlmMetadata('m', 'p', { 'gen_ai.request.temperature': 'hot' })
    // @ts-expect-error whether it is retryable is yes or no
    buildErrorMetadata('m', { retryable: 'yes' })
    // @ts-expect-error a percentage is a number
    buildWorkflowMetadata('w', 0, 0, { percent: '40' })
    // @ts-expect-error the category knows resultCount as a number
    say('tool', buildToolMetadata('t', {}, { resultCount: 'three' }))
  })
})

describe('percentOf and toSafeError', () => {
  it('say that they may not know', () => {
    expectTypeOf(percentOf).toEqualTypeOf<(current: number, total: number) => number | undefined>()
    expectTypeOf(toSafeError).toEqualTypeOf<(thrown: unknown) => SafeError>()
    expectTypeOf<SafeError['code']>().toEqualTypeOf<string | number | undefined>()
  })
})
