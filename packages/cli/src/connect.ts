import { createTelltaleClient, type TelltaleClient, TelltaleError } from '@telltale/client'
import type { AnyContract } from '@telltale/contract'
import { type Command, Option } from 'commander'
import { parseUrl } from './arguments.ts'
import { readRefusal } from './refusal.ts'

/** Which server, and who asks. */
export interface ConnectOptions {
  readonly url: string
  readonly token?: string
}

const defaultUrl = 'ws://localhost:4000/trpc'

/** Gives a command the options of every command that talks to a server. */
export function withConnectOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'where the server is').argParser(parseUrl).default(defaultUrl, defaultUrl))
    .addOption(new Option('--token <token>', 'who you are, for a server that asks').env('TELLTALE_TOKEN'))
}

/**
 * Builds a client of whatever contract. It comes back by itself; `failed` is told of each try that did not succeed:
 * `CONNECTION_LOST` when nobody answers, `UNAUTHORIZED` or `TOO_MANY_REQUESTS` when the server refuses.
 */
export function connect(
  { url, token }: ConnectOptions,
  failed: (error: TelltaleError) => void,
): TelltaleClient<AnyContract> {
  class WatchedSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      let wasOpen = false
      this.addEventListener('open', () => {
        wasOpen = true
      })
      this.addEventListener('message', ({ data }) => {
        const refusal = readRefusal(data)
        if (refusal) failed(refusal)
      })
      this.addEventListener('close', () => {
        if (!wasOpen) failed(new TelltaleError('CONNECTION_LOST', `cannot reach ${url}`))
      })
    }
  }
  return createTelltaleClient<AnyContract>({
    url,
    // Asked for even when there is none: a refusal after this message has a reason, one before it has not.
    token: () => token ?? null,
    WebSocket: WatchedSocket,
    // Somebody sits and waits.
    backoff: { baseMs: 250, maxMs: 5_000 },
    // Every frame is shown as it comes.
    renderIntervalMs: 0,
    updatesMax: 1,
  })
}
