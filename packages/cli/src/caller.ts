import type { TelltaleClient, TelltaleError } from '@telltale/client'
import type { AnyContract } from '@telltale/contract'
import { type ConnectOptions, connect } from './connect.ts'

/** A client for commands that ask and go: they wait for an answer, not for a server to come back. */
export interface Caller {
  /** Makes a call; it fails as soon as the server cannot be reached or refuses the credentials. */
  call<T>(ask: (client: TelltaleClient<AnyContract>) => Promise<T>): Promise<T>
  close(): void
}

/** Builds a caller; it connects with the first call. */
export function createCaller(options: ConnectOptions): Caller {
  let giveUp = (_error: TelltaleError): void => undefined
  const client = connect(options, (error) => giveUp(error))
  return {
    call: (ask) =>
      new Promise((resolve, reject) => {
        giveUp = reject
        ask(client).then(resolve, reject)
      }),
    // Not waited for: the outcome is known, and a goodbye to a server that cannot be reached may take long.
    close: () => void client.close(),
  }
}
