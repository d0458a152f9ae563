import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerCommands } from './commands.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'
import { newTally, Reader, type Tally } from './reader.ts'

// The process with the readers, one of whom stops to read.

/** What the driver asks of it. */
export type PausedLoadCommands = {
  /** Connects so many, and the one that will stop. */
  connect: {
    ask: { contender: ContenderName; port: number; ackPort: number; readers: number; ackEvery: number }
    answer: null
  }
  /** From now on that one takes nothing from its socket. */
  pause: { ask: null; answer: null }
  /** It reads again. */
  resume: { ask: null; answer: null }
  begin: { ask: null; answer: null }
  /** What the others got. */
  end: { ask: null; answer: Tally }
}

let tally = newTally()
let idler: WebSocket | null = null

answerCommands<PausedLoadCommands>({
  async connect({ contender, port, ackPort, readers, ackEvery }) {
    const acks = new WebSocket(`ws://127.0.0.1:${ackPort}`, { perMessageDeflate: false })
    await once(acks, 'open')
    const { protocol } = await contenders[contender].load()
    const url = `ws://127.0.0.1:${port}${protocol.path}`
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
    const opened = Array.from(
      { length: readers },
      () => new Reader({ protocol, url, tally: () => tally, onReached, ackEvery }),
    )
    await Promise.all(opened.map((reader) => reader.open()))
    // One that is never asked what it has: it need not get everything.
    idler = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
    idler.on('message', () => undefined)
    await once(idler, 'open')
    if (protocol.hello !== null) idler.send(protocol.hello)
    return null
  },

  pause() {
    idler?.pause()
    return null
  },

  resume() {
    idler?.resume()
    return null
  },

  begin() {
    tally = newTally()
    return null
  },

  end: () => tally,
})
