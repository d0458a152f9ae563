import type { ServerAddress } from '../../api/address.ts'
import type { Analysis, Conversation, ConversationSummary, Sample } from '../../api/analysis.ts'
import type { SlowRun } from '../../api/people.ts'
import { scissors } from '../connection/scissors.ts'
import { type Session, sessions } from '../session/session.ts'
import { ApiFailure } from './api-failure.ts'

/** Asks in the name of whoever signed in, over the line that can be cut, as everything else. */
async function fetch(path: string, init: RequestInit = {}): Promise<Response> {
  const { tokens } = sessions.getSnapshot()
  const headers = new Headers(init.headers)
  const token = await tokens.current()
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  return scissors.fetch(path, { ...init, headers })
}

/** What is given to be analysed: a document of the person's own, or one that comes with the demo. */
export type Given = { readonly name: string; readonly content: Blob } | { readonly sample: string }

/** The analyses of a conversation, oldest first. One that the server does not know has none. */
export async function fetchAnalyses(conversationId: string, signal: AbortSignal): Promise<readonly Analysis[]> {
  const response = await fetch(pathOf(conversationId), { signal })
  if (response.status === 404) return []
  return ((await readBody(response)) as Conversation).analyses
}

/** All conversations, newest first. */
export async function fetchConversations(signal: AbortSignal): Promise<readonly ConversationSummary[]> {
  return (await readBody(await fetch('/api/conversations', { signal }))) as readonly ConversationSummary[]
}

/** The documents that come with the demo. */
export async function fetchSamples(signal: AbortSignal): Promise<readonly Sample[]> {
  return (await readBody(await fetch('/api/samples', { signal }))) as readonly Sample[]
}

/** How others find the server. */
export async function fetchAddress(signal: AbortSignal): Promise<ServerAddress> {
  return (await readBody(await fetch('/api/address', { signal }))) as ServerAddress
}

/** Has a document analysed. A refusal that is told as an analysis, for it stands in the conversation, is an answer too. */
export async function startAnalysis(conversationId: string, given: Given, pauseMs: number): Promise<Analysis> {
  const query = new URLSearchParams('sample' in given ? { sample: given.sample } : { name: given.name })
  if (pauseMs > 0) query.set('pauseMs', String(pauseMs))
  const response = await fetch(`${pathOf(conversationId)}/analyses?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    ...('content' in given && { body: given.content }),
  })
  const body = await readJson(response)
  if (isAnalysis(body)) return body
  throw failureOf(response, body)
}

/** Cancels an analysis. One that is over already is no failure. */
export async function cancelAnalysis({ conversationId, id }: Pick<Analysis, 'conversationId' | 'id'>): Promise<void> {
  const response = await fetch(`${pathOf(conversationId)}/analyses/${encodeURIComponent(id)}`, { method: 'DELETE' })
  if (!response.ok && response.status !== 404) throw failureOf(response, await readJson(response))
}

/** Kills the process of an analysis, wherever it is. One that is over already is no failure. */
export async function killWorker({ conversationId, id }: Pick<Analysis, 'conversationId' | 'id'>): Promise<void> {
  const path = `${pathOf(conversationId)}/analyses/${encodeURIComponent(id)}/kill`
  const response = await fetch(path, { method: 'POST' })
  if (!response.ok && response.status !== 404) throw failureOf(response, await readJson(response))
}

/** Takes one's own right to a conversation away. */
export async function revokeMe(conversationId: string): Promise<void> {
  await readBody(await fetch(`${pathOf(conversationId)}/me`, { method: 'DELETE' }))
}

/** Gives it back. It is in no token that was given before. */
export async function letMeIn(conversationId: string): Promise<void> {
  const response = await fetch(`${pathOf(conversationId)}/me`, { method: 'PUT' })
  if (!response.ok) throw failureOf(response, await readJson(response))
}

/** Lets a lot be said while this tab's line takes nothing. Settles when it is over. */
export async function slowMeDown(conversationId: string, { line }: Pick<Session, 'line'>): Promise<SlowRun> {
  return (await readBody(await fetch(`${pathOf(conversationId)}/slow?line=${line}`, { method: 'POST' }))) as SlowRun
}

function pathOf(conversationId: string): string {
  return `/api/conversations/${encodeURIComponent(conversationId)}`
}

async function readBody(response: Response): Promise<unknown> {
  const body = await readJson(response)
  if (!response.ok) throw failureOf(response, body)
  return body
}

/** What a proxy answers in the server's place need not be JSON. */
async function readJson(response: Response): Promise<unknown> {
  return response.json().catch(() => null)
}

function failureOf(response: Response, body: unknown): ApiFailure {
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : response.statusText
  return new ApiFailure(response.status, message || `the server answered with ${response.status}`)
}

function isAnalysis(body: unknown): body is Analysis {
  return isRecord(body) && typeof body['id'] === 'string' && typeof body['state'] === 'string' && 'document' in body
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
