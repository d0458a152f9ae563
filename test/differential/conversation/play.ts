import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { App } from '../app/router.ts'
import { type AdapterName, type Host, openHost } from '../hosts/host.ts'
import { query, type Request, type Script, type Step, settle } from '../script.ts'
import { type Heard, Inbox } from './inbox.ts'

/** All that a client saw of a script, and what was noted meanwhile, in the script's order. */
export type Transcript = readonly Heard[]

/** Holds a script's conversation with a fresh server. */
export async function play(script: Script, adapter: AdapterName, app: App): Promise<Transcript> {
  await using host = await openHost(adapter, app.router, script)
  const socket = new WebSocket(host.origin + (script.url ?? '/trpc'))
  // Before it opens: the first message may come together with the answer to the upgrade.
  const player = new Player(socket, host, app)
  const refusal = await opened(socket)
  if (refusal) return [refusal]
  const transcript: Heard[] = []
  for (const step of [...script.steps, settle]) transcript.push(...(await player.play(step)))
  socket.terminate()
  return transcript
}

/** What the upgrade was answered, when it was refused. */
async function opened(socket: WebSocket): Promise<object | null> {
  socket.on('error', () => {})
  const refused = new Promise<object>((resolve) => {
    socket.once('unexpected-response', (_, response) => {
      resolve({ refused: response.statusCode })
      socket.terminate()
    })
  })
  return Promise.race([once(socket, 'open').then(() => null), refused])
}

class Player {
  readonly #socket: WebSocket
  readonly #inbox: Inbox
  readonly #host: Host
  readonly #app: App
  #fences = 0

  constructor(socket: WebSocket, host: Host, app: App) {
    this.#socket = socket
    this.#host = host
    this.#app = app
    this.#inbox = new Inbox(socket)
  }

  async play(step: Step): Promise<Heard[]> {
    const { stage } = this.#host
    switch (step.do) {
      case 'say':
        this.#send(JSON.stringify(this.#write(step.message)))
        return []
      case 'send':
        this.#send(step.data, step.binary)
        return []
      case 'fragments':
        for (const [index, text] of step.texts.entries())
          this.#socket.send(text, { fin: index === step.texts.length - 1 })
        return []
      case 'ping':
        this.#socket.ping(step.data)
        return []
      case 'hear': {
        const heard = await this.#inbox.take(step.count)
        const missing = step.count - heard.length
        return [...(step.inOrder ? heard : byRequest(heard)), ...(missing > 0 ? [{ missing }] : [])]
      }
      case 'settle':
        return byRequest(await this.#settle())
      case 'leave':
        this.#socket.close(1000, 'goodbye')
        return []
      case 'hangUp':
        this.#socket.terminate()
        await stage.noted('connection gone')
        return []
      case 'await':
        await stage.noted(step.note)
        return []
      case 'open':
        stage.open(step.gate)
        return []
      case 'look':
        return [{ noted: stage.takeNotes(), ...this.#signals(step.signals) }]
    }
  }

  #send(data: string | Buffer, binary = false): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data, { binary })
  }

  /** All that was caused before has been said when one more query is answered. */
  async #settle(): Promise<Heard[]> {
    const id = `fence ${++this.#fences}`
    this.#send(JSON.stringify(this.#write(query(id, 'calls.fence'))))
    return this.#inbox.takeUntil((heard) => idOf(heard) === id)
  }

  #write(message: Request | readonly Request[]): unknown {
    if (Array.isArray(message)) return message.map((request: Request) => this.#write(request))
    const { params, ...rest } = message as Request
    if (!params) return rest
    return { ...rest, params: { ...params, input: this.#app.write(params.input) } }
  }

  #signals(names: readonly string[]): object {
    if (names.length === 0) return {}
    return { aborted: Object.fromEntries(names.map((name) => [name, this.#host.stage.hasAborted(name)])) }
  }
}

/** The order between requests is nobody's promise; within one it is. */
const byRequest = (heard: readonly Heard[]): Heard[] =>
  heard.toSorted((a, b) => (keyOf(a) === keyOf(b) ? 0 : keyOf(a) < keyOf(b) ? -1 : 1))

const keyOf = (heard: Heard): string => JSON.stringify(idOf(heard)) ?? '~'

const idOf = (heard: Heard): unknown =>
  typeof heard === 'object' && heard !== null && 'id' in heard ? heard.id : undefined
