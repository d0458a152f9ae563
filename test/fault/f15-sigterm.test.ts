import { once } from 'node:events'
import { get } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { openLabWith } from './lab/lab.ts'
import { startRemoteServer } from './lab/remote-server.ts'
import { startRolling } from './lab/rolling.ts'

const conversations = ['c1', 'c2', 'c3', 'c4', 'c5']

describe('F15: SIGTERM under load', () => {
  it.each([1, 2, 3])(
    'at a point by chance (%i): all that was accepted is delivered, nobody new is let in, readers move to the next server',
    async (seed) => {
      await using lab = await openLabWith(
        (recorded) => startRolling(() => startRemoteServer({ drainMs: 5_000 }, recorded)),
        seed,
      )
      for (let n = 0; n < 30; n++) {
        const conversationId = conversations[n % 5] ?? 'c1'
        if (n % 3) lab.read(lab.client(), conversationId)
        else lab.readStock(lab.stock(), conversationId)
      }
      await lab.ready()
      const load = lab.load({ perSecond: 500, conversations })
      const point = 100 + Math.floor(lab.random() * 300)
      await vi.waitFor(() => expect(load.said).toBeGreaterThan(point), { timeout: 5_000 })
      const old = await lab.server.next()
      // In the middle of things: these wait in its queue.
      for (const conversationId of conversations) {
        const updates = Array.from({ length: 20 }, (_, n) => ({
          conversationId,
          category: 'info' as const,
          text: `last ${n}`,
        }))
        lab.ledger.said += updates.length
        old.say(updates)
      }
      await old.flush()
      const firstLives = conversations.map((conversationId) => lab.ledger.head(conversationId))
      lab.proxy.retarget(lab.server.port)
      const endedAt = performance.now()
      const exited = once(old.process, 'exit')
      old.process.kill('SIGTERM')
      const answers: number[] = []
      await vi.waitFor(
        async () => {
          answers.push(await upgrade(old.port))
          expect(answers).toContain(0)
        },
        { timeout: 10_000, interval: 5 },
      )
      expect((await exited)[0]).toBe(0)
      expect(performance.now() - endedAt).toBeLessThan(10_000)
      expect(answers).toContain(503)
      // Those that are asked before the signal is heard get in; after the first refusal nobody does.
      expect(answers.slice(answers.indexOf(503))).not.toContain(101)
      const { broken, tallies } = await lab.conclude({ withinMs: 10_000 })
      expect(broken).toEqual([])
      expect(firstLives).not.toContain(null)
      for (const reader of lab.readers) {
        const { covered, gaps } = tallies.get(reader.facts.name) ?? { covered: -1, gaps: -1 }
        // The next server begins a new life of each log, and says so; of the old life nothing was missed.
        expect([reader.facts.name, covered, gaps]).toEqual([reader.facts.name, 0, 1])
      }
      expect(lab.proxy.connections).toBe(60)
    },
  )
})

/** The status of an answer to somebody who wants in; 0 when nobody listens any more. */
function upgrade(port: number): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const request = get({ port, host: '127.0.0.1', path: '/trpc', headers, agent: false })
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? -1)
    })
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve(101)
    })
    request.on('error', () => resolve(0))
  })
}
