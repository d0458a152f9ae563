import type { StatusUpdate } from '@telltale/client'
import type { Contract } from '@telltale/contract'
import { expect, vi } from 'vitest'
import type { Analysis, AnalysisMetadata, Conversation } from '../../apps/demo/api/analysis.ts'
import type { SessionToken } from '../../apps/demo/api/people.ts'
import { type DemoOptions, openDemo } from '../../apps/demo/server/demo.ts'

/** Statuses of the demo say what all of an analysis do. */
export type DemoUpdate = StatusUpdate<Contract> & { readonly metadata: Partial<AnalysisMetadata> }

/** The demo's server, in this process. */
export interface RunningDemo extends AsyncDisposable {
  readonly url: string
  /** What a request carries that is made in the name of Ada. */
  readonly asAda: { readonly authorization: string }
  /** Signs somebody in; the token. */
  signIn(personId: string): Promise<string>
  /** Hands a text or bytes in; the answer with its HTTP status. */
  handIn(
    conversationId: string,
    body: string | Uint8Array,
    query?: string,
  ): Promise<{ status: number; analysis: Analysis }>
  cancel(conversationId: string, analysisId: string): Promise<Response>
  /** Kills the process of an analysis. */
  kill(conversationId: string, analysisId: string): Promise<Response>
  conversation(id: string): Promise<Conversation>
  /** How the first analysis of a conversation stands after it has ended. */
  ended(conversationId: string): Promise<Analysis>
  /** Every status of a conversation, as it comes. */
  listen(conversationId: string): readonly DemoUpdate[]
}

/** Workers run the workspace's packages as they are written, as this process does. */
const workerFlags = ['--conditions=@telltale/source']

export const patience = { timeout: 30_000, interval: 10 }

/** Starts the demo on a free port. */
export async function runDemo(options: Partial<DemoOptions> = {}): Promise<RunningDemo> {
  const page: DemoOptions['page'] = (_request, response) => response.end('the page')
  const demo = await openDemo({ port: 0, host: '127.0.0.1', page, workerFlags, ...options })
  const url = `http://127.0.0.1:${demo.port}`
  const listening = new AbortController()
  const conversation = async (id: string): Promise<Conversation> => {
    const response = await fetch(`${url}/api/conversations/${id}`)
    return (await response.json()) as Conversation
  }
  const signIn = async (personId: string): Promise<string> => {
    const response = await fetch(`${url}/api/session/${personId}`, { method: 'POST' })
    return ((await response.json()) as SessionToken).token
  }
  const asAda = { authorization: `Bearer ${await signIn('ada')}` }
  return {
    url,
    asAda,
    signIn,
    async handIn(conversationId, body, query = '') {
      const response = await fetch(`${url}/api/conversations/${conversationId}/analyses?${query}`, {
        method: 'POST',
        headers: { ...asAda, 'content-type': 'application/octet-stream' },
        body: typeof body === 'string' ? body : Uint8Array.from(body),
      })
      return { status: response.status, analysis: (await response.json()) as Analysis }
    },
    cancel: (conversationId, analysisId) =>
      fetch(`${url}/api/conversations/${conversationId}/analyses/${analysisId}`, { method: 'DELETE', headers: asAda }),
    kill: (conversationId, analysisId) =>
      fetch(`${url}/api/conversations/${conversationId}/analyses/${analysisId}/kill`, {
        method: 'POST',
        headers: asAda,
      }),
    conversation,
    ended: (conversationId) =>
      vi.waitFor(async () => {
        const [analysis] = (await conversation(conversationId)).analyses
        expect(analysis?.endedAt).toEqual(expect.any(String))
        if (!analysis) throw new Error('there is no analysis')
        return analysis
      }, patience),
    listen(conversationId) {
      const updates: DemoUpdate[] = []
      const request = { conversationId, from: { last: 1_000 }, signal: listening.signal } as const
      void (async () => {
        for await (const frame of demo.telltale.subscribe(request)) {
          if (frame.type === 'batch') updates.push(...(frame.updates as readonly DemoUpdate[]))
        }
      })()
      return updates
    },
    // Readers stay until the end: they are told what is stopped.
    async [Symbol.asyncDispose]() {
      await demo[Symbol.asyncDispose]()
      listening.abort()
    },
  }
}
