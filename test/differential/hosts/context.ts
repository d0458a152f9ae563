import type { IncomingMessage } from 'node:http'
import type { Context } from '../app/root.ts'
import type { Stage } from '../app/stage.ts'

type Params = Readonly<Record<string, string | undefined>> | null

/** What both adapters give to `createContext`, as far as a script's app uses it. */
export interface ContextRequest {
  readonly req: Pick<IncomingMessage, 'url'>
  readonly res: object
  readonly info: { readonly connectionParams: Params; readonly signal: AbortSignal }
}

/** An app's `createContext`. */
export type ContextMaker = (stage: Stage, request: ContextRequest) => Context | Promise<Context>

/** The context that an app makes when a script wants nothing else. */
export const makeContext: ContextMaker = (stage, { req, res, info }) => {
  const { connectionParams, signal, ...told } = info
  stage.note('context made')
  signal.addEventListener('abort', () => stage.note('connection gone'))
  return {
    stage,
    user: connectionParams?.['user'] ?? 'somebody',
    url: req.url,
    connectionParams,
    told: { ...told, signal: signal instanceof AbortSignal, canSend: 'send' in res && typeof res.send === 'function' },
  }
}
