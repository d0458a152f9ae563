import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { createTelltale } from '@telltale/server'
import { WebSocketServer } from 'ws'
import { answerCommands } from '../commands.ts'
import { updateOf } from '../update.ts'
import type { PageName, PageServerCommands, Said } from './commands.ts'
import { dueNow } from './pace.ts'
import { conversationId, type Saying, sayingOf } from './said.ts'

// The process with the server, which is the producer and brings the page, too.

/** How a page's server says something. */
interface Voice {
  readers(): number
  say(numbered: readonly (readonly [number: number, saying: Saying])[]): void
}

let voice: Voice | null = null
let last = 0

answerCommands<PageServerCommands>({
  async open({ page, directory }) {
    const server = createServer(serveFiles(directory))
    voice = voices[page](server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port }
  },
  async ready() {
    while (opened().readers() === 0) await setTimeout(5)
    return null
  },
  say: ({ perSecond, forMs }) => say(opened(), perSecond, forMs),
})

const voices: Record<PageName, (server: Server) => Voice> = { telltale: speakTelltale, 'by-hand': speakByHand }

function speakTelltale(server: Server): Voice {
  const telltale = createTelltale()
  telltale.attach(server)
  return {
    readers: () => telltale.size().readers,
    say(numbered) {
      for (const [, { category, text, metadata }] of numbered) telltale.status[category](conversationId, text, metadata)
    },
  }
}

/** As Telltale gathers: so many updates a frame, or what came in so many milliseconds. */
const frameMax = 100
const flushAfterMs = 50

/** Frames of 100, encoded once for every socket. */
function speakByHand(server: Server): Voice {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  let gathered: object[] = []
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    const frame = JSON.stringify(gathered)
    gathered = []
    for (const socket of sockets.clients) socket.send(frame)
  }
  return {
    readers: () => sockets.clients.size,
    say(numbered) {
      for (const [number, { category, text, metadata }] of numbered) {
        // The fields of Telltale's updates, in its order.
        const { offset, id, timestamp } = updateOf({ number, text, metadata })
        gathered.push({ offset, id, conversationId, category, text, metadata, timestamp })
        if (gathered.length === frameMax) flush()
      }
      if (gathered.length > 0) timer ??= globalThis.setTimeout(flush, flushAfterMs)
    },
  }
}

/** Says what is due as time goes by, and does not wait for anybody. */
async function say(to: Voice, perSecond: number, forMs: number): Promise<Said> {
  const before = last
  const total = Math.round((perSecond * forMs) / 1_000)
  const turns: [number, number][] = []
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  while (last - before < total) {
    const count = dueNow({ elapsedMs: performance.now() - started, perSecond, total, said: last - before })
    if (count === 0) {
      await setTimeout(1)
      continue
    }
    turns.push([Date.now(), last + count])
    to.say(Array.from({ length: count }, () => [++last, sayingOf(last)] as const))
    await setImmediate()
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  return { last, updates: total, elapsedMs: performance.now() - started, cpuMs: (user + system) / 1_000, turns }
}

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** The few files of the page. */
function serveFiles(directory: string): RequestListener {
  const answer: (...args: Parameters<RequestListener>) => Promise<void> = async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const name = pathname === '/' ? '/index.html' : pathname
    const content = await readFile(join(directory, name)).catch(() => null)
    const type = types[extname(name)]
    if (content && type) response.writeHead(200, { 'content-type': type }).end(content)
    else response.writeHead(404).end()
  }
  return (request, response) => void answer(request, response)
}

function opened(): Voice {
  if (!voice) throw new Error('nothing was opened')
  return voice
}
