import { TelltaleError } from '@telltale/contract/wire'
import type { Connection, ConnectionState } from '../connection/connection.ts'
import { type ReadableStore, Store } from '../lib/store.ts'

/** What a producer needs of a connection. */
export interface ProducerConnection {
  readonly state: ReadableStore<ConnectionState>
  mutate(procedure: string, input: unknown): Promise<unknown>
  close(): Promise<void>
}

/**
 * A connection that is let go when a server cannot be reached, and opened anew by the next call: one that goes on trying
 * would keep a process alive that has nothing else to do.
 */
export function createRenewedConnection(open: () => Connection): ProducerConnection {
  const state = new Store<ConnectionState>('idle')
  let current = adopt(open())
  let isClosed = false

  function adopt(connection: Connection): Connection {
    connection.state.subscribe(() => {
      if (connection === current) state.set(connection.state.getSnapshot())
    })
    return connection
  }

  return {
    state,
    async mutate(procedure, input) {
      const connection = current
      try {
        return await connection.mutate(procedure, input)
      } catch (error) {
        const isAway = TelltaleError.isInstance(error) && error.code === 'TIMEOUT'
        if (isAway && connection === current && connection.state.getSnapshot() === 'connecting') {
          current = adopt(open())
          state.set('idle')
          void connection.close()
        }
        // Closed for being of no use any more, under a call that was still waiting: nothing is over.
        const wasLetGo = TelltaleError.isInstance(error) && error.code === 'DISPOSED' && !isClosed
        throw wasLetGo
          ? new TelltaleError('CONNECTION_LOST', 'the server could not be reached', { cause: error })
          : error
      }
    },
    close() {
      isClosed = true
      return current.close()
    },
  }
}
