import { createTelltaleClient, type TelltaleClient, TelltaleError, type TransportMode } from '@telltale/client'
import type { AnyContract } from '@telltale/contract'
import { type Command, Option } from 'commander'
import { parseUrl } from './arguments.ts'
import { readRefusal, refusalOfStatus } from './refusal.ts'

/** Which server, who asks, and by what. */
export interface ConnectOptions {
  readonly url: string
  readonly token?: string
  readonly transport: TransportMode
}

const defaultUrl = 'ws://localhost:4000/trpc'

/** Gives a command the options of every command that talks to a server. */
export function withConnectOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'where the server is').argParser(parseUrl).default(defaultUrl, defaultUrl))
    .addOption(new Option('--token <token>', 'who you are, for a server that asks').env('TELLTALE_TOKEN'))
    .addOption(
      new Option('--transport <name>', 'auto changes over to server-sent events where WebSockets are blocked')
        .choices(['auto', 'websocket', 'sse'])
        .default('auto'),
    )
}

/**
 * Builds a client of whatever contract. It comes back by itself; `failed` is told of each try that did not succeed:
 * `CONNECTION_LOST` when nobody answers, `UNAUTHORIZED` or `TOO_MANY_REQUESTS` when the server refuses.
 */
export function connect(
  { url, token, transport }: ConnectOptions,
  failed: (error: TelltaleError) => void,
): TelltaleClient<AnyContract> {
  const unreachable = (): void => failed(new TelltaleError('CONNECTION_LOST', `cannot reach ${url}`))
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
        // Otherwise server-sent events are tried next, and they tell.
        if (!wasOpen && transport === 'websocket') unreachable()
      })
    }
  }
  async function watchedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    try {
      const response = await fetch(input, init)
      const refusal = refusalOfStatus(response.status)
      if (refusal) failed(refusal)
      else if (!response.ok) unreachable()
      return response
    } catch (error) {
      if (!init?.signal?.aborted) unreachable()
      throw error
    }
  }
  return createTelltaleClient<AnyContract>({
    url,
    transport,
    // Asked for even when there is none: a refusal after this message has a reason, one before it has not.
    token: () => token ?? null,
    WebSocket: WatchedSocket,
    fetch: watchedFetch,
    // Somebody sits and waits.
    backoff: { baseMs: 250, maxMs: 5_000 },
    // Every frame is shown as it comes.
    renderIntervalMs: 0,
    updatesMax: 1,
  })
}
