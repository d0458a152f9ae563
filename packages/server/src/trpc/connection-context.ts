import type { TRPCRequestInfo } from '@trpc/server/http'
import { withSession } from '../seams/session.ts'
import type { Connection } from '../transport/connection.ts'
import type { AdapterParts } from './adapter-parts.ts'

/** What tRPC tells of a call, where there is none yet. */
const nothingKnown = {
  accept: null,
  calls: [],
  isBatchCall: false,
  type: 'unknown',
  url: null,
} satisfies Partial<TRPCRequestInfo>

/** The tRPC context of a connection: made for the first request, and one that fails is asked for again by the next. */
export class ConnectionContext {
  readonly #create: AdapterParts['createContext']
  /** Until the context is made: its request has many headers, and nobody asks for them any more then. */
  #connection: Connection | null
  #making: Promise<object> | null = null
  #made: object | undefined

  constructor(connection: Connection, create: AdapterParts['createContext']) {
    this.#connection = connection
    this.#create = create
  }

  /** The context, if it is made already. */
  get known(): object | undefined {
    return this.#made
  }

  /** Everybody waits for the same promise, also when it is made: nobody must overtake who asked before. */
  async use(): Promise<object> {
    const making = this.#making ?? this.#make()
    this.#making = making
    try {
      return await making
    } catch (error) {
      if (this.#making === making) this.#making = null
      throw error
    }
  }

  async #make(): Promise<object> {
    const connection = this.#connection
    if (!connection) throw new Error('the connection was given up before it had a context')
    const { request, response, connectionParams, session } = connection
    let context: unknown
    if (this.#create) {
      const info = { ...nothingKnown, connectionParams, signal: session.signal }
      context = await this.#create({ req: request, res: response, info })
    }
    const made = withSession(context, session)
    this.#made = made
    this.#connection = null
    return made
  }
}
