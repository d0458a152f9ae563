import { isPlainObject } from '@telltale/contract'
import type { AnyTRPCRouter } from '@trpc/server'
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc'
import type { ConnectionLimits } from '../transport/limits.ts'

/** The transformer of a router's root. */
export type RootTransformer = AnyTRPCRouter['_def']['_config']['transformer']

/** One request of a message, or why it is none. */
export type InboundRequest =
  | { readonly ok: true; readonly message: TRPCClientOutgoingMessage }
  | { readonly ok: false; readonly id: number | string | null; readonly problem: string }

/** What a message from a client holds. */
export type Inbound =
  | { readonly kind: 'requests'; readonly requests: readonly InboundRequest[] }
  | {
      readonly kind: 'malformed'
      readonly ids: readonly (number | string)[]
      readonly problem: string
      readonly limit?: 'batch' | 'depth'
    }

/** Levels of tRPC's own envelope around an input: the batch, the message, `params`, and superjson's `json`. */
const envelopeDepth = 4
const idMaxLength = 64
const harmfulAnnotation = 'an annotation that is not revived from strangers'

/** Reads a message from a client, with every limit before anything is decoded. Pure; never throws. */
export function readInbound(
  text: string,
  limits: Pick<ConnectionLimits, 'batchMax' | 'jsonDepthMax'>,
  transformer: RootTransformer,
  revives: boolean,
): Inbound {
  if (depthOf(text) > limits.jsonDepthMax + envelopeDepth) {
    const problem = `nested deeper than ${limits.jsonDepthMax}`
    return { kind: 'malformed', ids: idsOf(parseOr(text, [])), problem, limit: 'depth' }
  }
  const items = parseOr(text, null)
  if (!items) return { kind: 'malformed', ids: [], problem: 'not JSON' }
  if (items.length > limits.batchMax) {
    return {
      kind: 'malformed',
      ids: idsOf(items),
      problem: `more than ${limits.batchMax} requests in one message`,
      limit: 'batch',
    }
  }
  return { kind: 'requests', requests: items.map((item) => readRequest(item, transformer, revives)) }
}

/** What is wrong with the input of an HTTP request, before it is decoded; `null` when nothing is. Pure; never throws. */
export function findInputProblem(
  text: string,
  isBatch: boolean,
  limits: Pick<ConnectionLimits, 'jsonDepthMax'>,
  revives: boolean,
): string | null {
  if (depthOf(text) > limits.jsonDepthMax + (isBatch ? 2 : 1)) return `nested deeper than ${limits.jsonDepthMax}`
  if (!revives || text === '') return null
  const [input] = parseOr(text, [null])
  const inputs = isBatch && isPlainObject(input) ? Object.values(input) : [input]
  return inputs.some(hasHarmfulAnnotation) ? harmfulAnnotation : null
}

/** The requests in a text, before anything is known of them. */
function parseOr<T>(text: string, otherwise: T): unknown[] | T {
  try {
    const json: unknown = JSON.parse(text)
    return Array.isArray(json) ? json : [json]
  } catch {
    return otherwise
  }
}

function readRequest(item: unknown, transformer: RootTransformer, revives: boolean): InboundRequest {
  const id = idOf(item)
  if (
    revives &&
    isPlainObject(item) &&
    isPlainObject(item['params']) &&
    hasHarmfulAnnotation(item['params']['input'])
  ) {
    return { ok: false, id, problem: harmfulAnnotation }
  }
  try {
    const message = parseTRPCMessage(item, transformer)
    if (message.id !== null && id === null) return { ok: false, id: null, problem: 'malformed id' }
    return { ok: true, message }
  } catch {
    return { ok: false, id, problem: 'malformed request' }
  }
}

/** Ids are echoed in every answer, so they are held short. */
function idOf(item: unknown): number | string | null {
  const id = isPlainObject(item) ? item['id'] : null
  if (typeof id === 'number' && Number.isFinite(id)) return id
  return typeof id === 'string' && id.length <= idMaxLength ? id : null
}

function idsOf(items: readonly unknown[]): (number | string)[] {
  const asking = items.filter((item) => isPlainObject(item) && item['method'] !== 'subscription.stop')
  return asking.map(idOf).filter((id) => id !== null)
}

/** The deepest nesting of a JSON text, counted without parsing it. */
export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isInString) {
      if (code === 0x5c) index++
      else if (code === 0x22) isInString = false
    } else if (code === 0x22) isInString = true
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x7d || code === 0x5d) depth--
  }
  return deepest
}

/** superjson's annotations that revive into something harmless. A typed array, an error or a class is a stranger's weapon. */
const harmless: ReadonlySet<unknown> = new Set(['undefined', 'Date', 'number', 'bigint', 'URL', 'map', 'set'])

function hasHarmfulAnnotation(input: unknown): boolean {
  if (!isPlainObject(input) || !isPlainObject(input['meta'])) return false
  return !isHarmless(input['meta']['values'])
}

function isHarmless(values: unknown): boolean {
  if (values === undefined || harmless.has(values)) return true
  if (Array.isArray(values)) return values.every(isHarmless)
  return isPlainObject(values) && Object.values(values).every(isHarmless)
}

/** Whether a root takes apart superjson's envelope, and so would revive what a stranger wrote into it. */
export function revivesInput(transformer: RootTransformer): boolean {
  try {
    const read: unknown = transformer.input.deserialize({ json: { a: 1 } })
    return isPlainObject(read) && read['a'] === 1
  } catch {
    return true
  }
}
