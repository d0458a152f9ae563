import type { RawSocket } from './raw-socket.ts'

let ids = 0

/** A request of tRPC's, under an id of its own. */
export function request(method: string, path: string, input?: unknown): { id: number; method: string; params: object } {
  return { id: ++ids, method, params: { path, input } }
}

/** Asks to publish one update. */
export const publishing = (conversationId: string, more: object = {}): ReturnType<typeof request> =>
  request('mutation', 'status.publish', { conversationId, category: 'info', text: 'said', ...more })

/** Asks for a conversation's updates. */
export const reading = (conversationId: string, more: object = {}): ReturnType<typeof request> =>
  request('subscription', 'status.subscribe', { conversationId, from: 'live', ...more })

/** Asks for what is kept of a conversation. */
export const looking = (conversationId: string, more: object = {}): ReturnType<typeof request> =>
  request('query', 'status.history', { conversationId, limit: 200, ...more })

/** The first answer to a request, as text. */
export async function answered(raw: RawSocket, asked: { readonly id: unknown }): Promise<string> {
  raw.ask(asked)
  return answerOf(raw, asked.id)
}

/** The first answer to what was sent under an id. */
export async function answerOf(raw: RawSocket, id: unknown): Promise<string> {
  const isIt = (text: string): boolean => text.startsWith(`{"id":${JSON.stringify(id)},`)
  await raw.until(() => raw.texts.some(isIt))
  return raw.texts.find(isIt) ?? ''
}

/** Our code of an error, as a client reads it; `null` of an answer that is none. */
export function codeOf(answer: string): string | null {
  return /"telltale":\{"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? /"error":.*"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? null
}
