import { describe, expect, it } from 'vitest'
import { copyJson, type JsonObject } from '../json.ts'
import { checkMetadata, defaultContract } from './contract.ts'
import { buildErrorMetadata, buildLlmMetadata, buildToolMetadata, buildWorkflowMetadata } from './metadata.ts'

/** Metadata as the category's schema lets it through; a refusal is thrown. */
function accepted(category: string, metadata: JsonObject): JsonObject {
  const check = checkMetadata(defaultContract, category, metadata)
  if (!check.ok) throw new Error(check.problem)
  const copy = copyJson(check.metadata)
  if (!copy.ok) throw new Error(copy.problem)
  return check.metadata
}

describe('buildLlmMetadata', () => {
  const details = {
    operation: 'chat',
    temperature: 0,
    maxTokens: 500,
    responseModel: 'a-model-2026-01-01',
    inputTokens: 12,
    outputTokens: 34,
    finishReasons: ['stop'],
    durationMs: 56,
    region: 'eu',
    'gen_ai.agent.id': 'agent-7',
  }

  it('says what it has a word for by the names of OpenTelemetry, and the rest as it is', () => {
    const before = structuredClone(details)
    const metadata = buildLlmMetadata('a-model', 'a-provider', details)
    expect(metadata).toStrictEqual({
      'gen_ai.request.model': 'a-model',
      'gen_ai.provider.name': 'a-provider',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.max_tokens': 500,
      'gen_ai.response.model': 'a-model-2026-01-01',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 34,
      'gen_ai.response.finish_reasons': ['stop'],
      durationMs: 56,
      region: 'eu',
      'gen_ai.agent.id': 'agent-7',
    })
    expect(accepted('engine', metadata)).toEqual(metadata)
    expect(details).toEqual(before)
  })

  it('has no keys for what is absent', () => {
    const least = { 'gen_ai.request.model': 'm', 'gen_ai.provider.name': 'p' }
    expect(buildLlmMetadata('m', 'p')).toStrictEqual(least)
    expect(buildLlmMetadata('m', 'p', { temperature: undefined, region: undefined })).toStrictEqual(least)
    expect(accepted('engine', buildLlmMetadata('m', 'p'))).toEqual(least)
  })

  it('lets nothing overwrite what it says itself', () => {
    const metadata = buildLlmMetadata('m', 'p', {
      'gen_ai.request.model': 'other',
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 2,
      inputTokens: 12,
    })
    expect(metadata).toStrictEqual({
      'gen_ai.request.model': 'm',
      'gen_ai.provider.name': 'p',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 2,
    })
  })

  it('takes a key of a prototype for a key', () => {
    const details: JsonObject = JSON.parse('{"__proto__":{"polluted":true},"toString":"t"}')
    const metadata = buildLlmMetadata('m', 'p', details)
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
    expect(Object.hasOwn(metadata, 'toString') && Object.hasOwn(metadata, '__proto__')).toBe(true)
  })
})

describe('buildToolMetadata', () => {
  it('says the tool, its params without their secrets, and further keys', () => {
    const params = { query: 'telltale', auth: { apiKey: 'k3y', user: 'ada' }, page: undefined }
    const before = structuredClone(params)
    const metadata = buildToolMetadata('web_search', params, { attempt: 2, region: 'eu' })
    expect(metadata).toStrictEqual({
      tool: 'web_search',
      params: { query: 'telltale', auth: { apiKey: '[redacted]', user: 'ada' } },
      attempt: 2,
      region: 'eu',
    })
    expect(accepted('tool', metadata)).toEqual(metadata)
    expect(params).toEqual(before)
  })

  it('has no params where none are given, and none that are not JSON', () => {
    expect(buildToolMetadata('t')).toStrictEqual({ tool: 't' })
    expect(buildToolMetadata('t', undefined, { attempt: 1 })).toStrictEqual({ tool: 't', attempt: 1 })
    expect(buildToolMetadata('t', { size: 1n } as never, { attempt: 1 })).toStrictEqual({ tool: 't', attempt: 1 })
  })

  it('lets nothing overwrite what it says itself', () => {
    const extra = { tool: 'other', params: { token: 't' } }
    expect(buildToolMetadata('t', { token: 't' }, extra)).toStrictEqual({ tool: 't', params: { token: '[redacted]' } })
    expect(extra).toEqual({ tool: 'other', params: { token: 't' } })
  })

  it('copies the params, so that later changes do not show', () => {
    const params = { list: [{ a: 1 }] }
    const metadata = buildToolMetadata('t', params)
    params.list.push({ a: 2 })
    expect(metadata.params).toEqual({ list: [{ a: 1 }] })
  })
})

describe('buildWorkflowMetadata', () => {
  it('says the steps, how much that is, and further keys', () => {
    const metadata = buildWorkflowMetadata('analysis', 2, 3, { step: 'Summarize' })
    expect(metadata).toStrictEqual({
      workflow: 'analysis',
      completedSteps: 2,
      totalSteps: 3,
      percent: 66,
      step: 'Summarize',
    })
    expect(accepted('workflow', metadata)).toEqual(metadata)
  })

  it('says no percentage where there is none', () => {
    expect(buildWorkflowMetadata('w', 0, 0)).toStrictEqual({ workflow: 'w', completedSteps: 0, totalSteps: 0 })
    expect(buildWorkflowMetadata('w', 0, 0, { percent: 40 }).percent).toBe(40)
  })

  it('lets nothing overwrite what it says itself', () => {
    const extra = { workflow: 'other', completedSteps: 9, totalSteps: 9, percent: 100 }
    expect(buildWorkflowMetadata('w', 1, 2, extra)).toStrictEqual({
      workflow: 'w',
      completedSteps: 1,
      totalSteps: 2,
      percent: 50,
    })
  })
})

describe('buildErrorMetadata', () => {
  it('says what may be shown of an error, and further keys', () => {
    const thrown = Object.assign(new TypeError('password=hunter2 was refused'), { code: 'E_AUTH', retryable: false })
    const metadata = buildErrorMetadata(thrown, { step: 3 })
    expect(metadata).toStrictEqual({
      type: 'TypeError',
      message: 'password=[redacted] was refused',
      code: 'E_AUTH',
      retryable: false,
      step: 3,
    })
    expect(accepted('error', metadata)).toEqual(metadata)
  })

  it('lets the caller say what the error does not, and overwrite nothing', () => {
    const extra = { type: 'Other', message: 'other', code: 'E_LIMIT', retryable: true }
    expect(buildErrorMetadata('boom', extra)).toStrictEqual({
      type: 'Error',
      message: 'boom',
      code: 'E_LIMIT',
      retryable: true,
    })
  })

  it.each([undefined, null, 7n, Symbol('s'), {}])('does not throw for %o', (thrown) => {
    expect(accepted('error', buildErrorMetadata(thrown))).toEqual({ type: 'Error', message: 'Something went wrong' })
  })
})
