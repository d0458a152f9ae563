import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerCommands } from './commands.ts'
import { telltale } from './contenders/telltale.ts'
import { categoryOf, countOf, filterCount, wantedBy } from './filters-numbers.ts'
import type { FiltersContender } from './filters-server.ts'
import { conversationId, draftOf, marker, seqBase, seqDigits, type Update } from './update.ts'

// The process with readers who want some of the categories.

/** What the driver asks of it. */
export type FiltersLoadCommands = {
  connect: {
    ask: {
      contender: FiltersContender
      port: number
      ackPort: number
      readers: number
      ackEvery: number
      isFiltered: boolean
    }
    answer: null
  }
  begin: { ask: { parsesAll: boolean }; answer: null }
  end: { ask: null; answer: FiltersTally }
}

/** What the readers got. */
export interface FiltersTally {
  readonly updates: number
  readonly messages: number
  /** The first thing that was wrong, in words. */
  readonly problem: string | null
  readonly cpuMs: number
  readonly elapsedMs: number
}

/** So many connect at a time; more would overflow the listening queue of the system. */
const connectingMax = 50
/** Outside of the warm-up one reader of each filter parses every so many-th message. */
const parsesEvery = 32

let updates = 0
let messages = 0
let problem: string | null = null
let parsesAll = false
let began = { at: 0, cpu: process.cpuUsage() }

answerCommands<FiltersLoadCommands>({
  async connect({ contender, port, ackPort, readers, ackEvery, isFiltered }) {
    const acks = new WebSocket(`ws://127.0.0.1:${ackPort}`, { perMessageDeflate: false })
    await once(acks, 'open')
    const reached = new Map<number, number>()
    const onReached = (number: number): void => {
      const so = (reached.get(number) ?? 0) + 1
      reached.set(number, so)
      if (so < readers) return
      reached.delete(number)
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(number)
      acks.send(bytes)
    }
    const path = contender === 'telltale' ? telltale.protocol.path : '/'
    for (let first = 0; first < readers; first += connectingMax) {
      const count = Math.min(connectingMax, readers - first)
      const opening = Array.from({ length: count }, async (_, index) => {
        const filter = isFiltered ? (first + index) % filterCount : null
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
          perMessageDeflate: false,
          skipUTF8Validation: true,
        })
        read(socket, { contender, filter, ackEvery, onReached, isParser: first + index < filterCount })
        await once(socket, 'open')
        socket.send(helloOf(contender, filter))
      })
      await Promise.all(opening)
    }
    return null
  },

  begin(ask) {
    updates = 0
    messages = 0
    parsesAll = ask.parsesAll
    began = { at: performance.now(), cpu: process.cpuUsage() }
    return null
  },

  end() {
    const { user, system } = process.cpuUsage(began.cpu)
    return { updates, messages, problem, cpuMs: (user + system) / 1_000, elapsedMs: performance.now() - began.at }
  },
})

function helloOf(contender: FiltersContender, filter: number | null): string {
  if (contender === 'raw-hundred') return JSON.stringify(filter)
  const categories = filter === null ? undefined : [...wantedBy(filter)].map((index) => categoryOf(index + 1))
  const input = { json: { conversationId, from: 'live', categories } }
  return JSON.stringify({ id: 1, method: 'subscription', params: { path: 'status.subscribe', input } })
}

interface Reading {
  readonly contender: FiltersContender
  readonly filter: number | null
  readonly ackEvery: number
  readonly onReached: (number: number) => void
  readonly isParser: boolean
}

/** Which updates a message has follows from its first and its last, for the categories take turns. */
function read(socket: WebSocket, { contender, filter, ackEvery, onReached, isParser }: Reading): void {
  const wanted = wantedBy(filter)
  let got = 0
  let received = 0
  let nextAck = ackEvery
  socket.on('message', (data: Buffer) => {
    try {
      const place = data.indexOf(marker)
      if (place < 0) return receiveOther(contender, data.toString())
      const first = numberAt(data, place)
      const last = numberAt(data, data.lastIndexOf(marker))
      const before = countOf(wanted, first - 1)
      const now = countOf(wanted, last)
      if (before !== got) throw new Error(`update ${first} is the ${before + 1}th of filter ${filter}, after ${got}`)
      if (isParser && (parsesAll || received++ % parsesEvery === 0)) check(contender, data.toString(), first, wanted)
      updates += now - got
      messages++
      got = now
      // A stretch has been reached when nothing of it is wanted any more.
      for (; got >= countOf(wanted, nextAck); nextAck += ackEvery) onReached(nextAck)
    } catch (error) {
      complain(String(error))
    }
  })
  socket.on('close', (code) => complain(`a socket was closed with ${code}`))
}

function receiveOther(contender: FiltersContender, text: string): void {
  if (contender === 'telltale') telltale.protocol.receive(text)
  else throw new Error(`a message without updates: ${text.slice(0, 200)}`)
}

function check(contender: FiltersContender, text: string, first: number, wanted: ReadonlySet<number>): void {
  const own = contender === 'telltale' ? telltale.protocol.parse(text) : (JSON.parse(text) as Update[])
  let number = first - 1
  for (const update of own) {
    do number++
    while (!wanted.has((number - 1) % filterCount))
    const isWhole = update.metadata.seq === draftOf(number).metadata.seq && update.category === categoryOf(number)
    if (!isWhole) throw new Error(`update ${number} came as ${JSON.stringify(update)}`)
  }
}

function complain(text: string): void {
  if (problem === null) console.error(`READERS: ${text}`)
  problem ??= text
}

function numberAt(data: Buffer, place: number): number {
  const begin = place + marker.length
  return Number(data.toString('latin1', begin, begin + seqDigits)) - seqBase
}
