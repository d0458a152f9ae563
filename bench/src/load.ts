import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerCommands, type LoadCommands } from './commands.ts'
import { contenders } from './contenders/registry.ts'
import { newTally, Reader } from './reader.ts'

// The process with the readers.

/** So many connect at a time; more would overflow the listening queue of the system. */
const connectingMax = 50

let tally = newTally()
let readers: readonly Reader[] = []
let began = { at: 0, cpu: process.cpuUsage(), wireBytes: 0 }

answerCommands<LoadCommands>({
  async connect({ contender, port, ackPort, readers: count, ackEvery }) {
    const acks = new WebSocket(`ws://127.0.0.1:${ackPort}`, { perMessageDeflate: false })
    await once(acks, 'open')
    const { protocol } = await contenders[contender].load()
    const onReached = tellWhenAllHave(count, (number) => acks.send(encodeNumber(number)))
    const url = `ws://127.0.0.1:${port}${protocol.path}`
    const opened: Reader[] = []
    while (opened.length < count) {
      const next = Array.from(
        { length: Math.min(connectingMax, count - opened.length) },
        () => new Reader({ protocol, url, tally: () => tally, onReached, ackEvery }),
      )
      await Promise.all(next.map((reader) => reader.open()))
      opened.push(...next)
    }
    readers = opened
    return null
  },

  begin({ parsesEvery, isTimed }) {
    tally = newTally()
    for (const [index, reader] of readers.entries()) {
      reader.parsesEvery = index === 0 ? parsesEvery : null
      reader.isTimed = isTimed
    }
    began = { at: performance.now(), cpu: process.cpuUsage(), wireBytes: sumWireBytes() }
    return null
  },

  end() {
    const { user, system } = process.cpuUsage(began.cpu)
    return {
      ...tally,
      wireBytes: sumWireBytes() - began.wireBytes,
      elapsedMs: performance.now() - began.at,
      cpuMs: (user + system) / 1_000,
    }
  },
})

const sumWireBytes = (): number => readers.reduce((sum, reader) => sum + reader.wireBytes, 0)

/** Calls with a number when every reader has reached it. Each reader reaches them in order, so they complete in order. */
function tellWhenAllHave(count: number, tell: (number: number) => void): (number: number) => void {
  const reached = new Map<number, number>()
  return (number) => {
    const so = (reached.get(number) ?? 0) + 1
    reached.set(number, so)
    if (so < count) return
    reached.delete(number)
    tell(number)
  }
}

function encodeNumber(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}
