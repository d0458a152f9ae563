import type { TelltaleLimits } from '@telltale/server'
import type { RootName } from './app/router.ts'
import type { ContextMaker } from './hosts/context.ts'

/** One request of a client. Its input is written as the app's transformer wants it. */
export interface Request {
  readonly id: unknown
  readonly method: string
  readonly params?: { readonly path: string; readonly input?: unknown; readonly lastEventId?: string }
  readonly jsonrpc?: string
}

/** What a client does, or what happens behind the wire. */
export type Step =
  /** Sends one message: a request, or several as a batch. */
  | { readonly do: 'say'; readonly message: Request | readonly Request[] }
  /** Sends bytes as they are. */
  | { readonly do: 'send'; readonly data: string | Buffer; readonly binary: boolean }
  | { readonly do: 'fragments'; readonly texts: readonly string[] }
  | { readonly do: 'ping'; readonly data: string }
  /** Waits for so many messages; `inOrder` compares their order between requests too. */
  | { readonly do: 'hear'; readonly count: number; readonly inOrder: boolean }
  /** Takes all that comes until the answer to one more query, or the end of the connection. */
  | { readonly do: 'settle' }
  /** Closes the connection, politely or not. */
  | { readonly do: 'leave' | 'hangUp' }
  /** Waits until a procedure has noted this. */
  | { readonly do: 'await'; readonly note: string }
  | { readonly do: 'open'; readonly gate: string }
  /** Records what has been noted, and which watched signals have aborted. */
  | { readonly do: 'look'; readonly signals: readonly string[] }

/** A conversation that is held with both adapters. */
export interface Script {
  readonly name: string
  readonly steps: readonly Step[]
  /** The roots it makes sense in. @default plain, superjson and formatted */
  readonly roots?: readonly RootName[]
  /** What is asked of the server when connecting. @default '/trpc' */
  readonly url?: string
  /** Makes the app's context. `null` for an app without one. */
  readonly context?: ContextMaker | null
  /** Limits of ours; the stock adapter has none. */
  readonly limits?: Partial<TelltaleLimits>
}

export const script = (name: string, steps: readonly Step[], setting: Omit<Script, 'name' | 'steps'> = {}): Script => ({
  name,
  steps,
  ...setting,
})

export const query = (id: unknown, path: string, input?: unknown): Request => call(id, 'query', path, input)
export const mutation = (id: unknown, path: string, input?: unknown): Request => call(id, 'mutation', path, input)
export const subscription = (id: unknown, path: string, input?: unknown, lastEventId?: string): Request => {
  const { params = { path }, ...rest } = call(id, 'subscription', path, input)
  return { ...rest, params: lastEventId === undefined ? params : { ...params, lastEventId } }
}
export const stop = (id: unknown): Request => ({ id, method: 'subscription.stop' })

const call = (id: unknown, method: string, path: string, input: unknown): Request => ({
  id,
  method,
  params: { path, input },
})

export const say = (request: Request): Step => ({ do: 'say', message: request })
export const sayAtOnce = (...requests: Request[]): Step => ({ do: 'say', message: requests })
export const sendText = (text: string): Step => ({ do: 'send', data: text, binary: false })
export const sendJson = (value: unknown): Step => sendText(JSON.stringify(value))
export const sendBytes = (bytes: Buffer, binary = true): Step => ({ do: 'send', data: bytes, binary })
export const sendFragments = (...texts: string[]): Step => ({ do: 'fragments', texts })
export const ping = (data: string): Step => ({ do: 'ping', data })
export const hear = (count: number): Step => ({ do: 'hear', count, inOrder: false })
export const hearInOrder = (count: number): Step => ({ do: 'hear', count, inOrder: true })
export const settle: Step = { do: 'settle' }
export const hangUp: Step = { do: 'hangUp' }
export const awaitNote = (note: string): Step => ({ do: 'await', note })
export const open = (gate: string): Step => ({ do: 'open', gate })
export const look = (...signals: string[]): Step => ({ do: 'look', signals })
