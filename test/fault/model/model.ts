import type { TelltaleClient } from '@telltale/client'
import { defaultContract, parsePosition } from '@telltale/contract'
import { createStream } from '../../../packages/client/src/stream/stream.ts'
import { Findings } from '../checker/findings.ts'
import { type AppReader, openAppReader } from '../lab/app-reader.ts'
import { createEngine } from './engine.ts'
import { Line } from './line.ts'

export type Category = 'info' | 'tool' | 'progress' | 'error'
const conversationId = 'c'

interface Watching {
  readonly line: Line
  readonly reader: AppReader
  readonly userId: string
  isChanging: boolean
}

export type Model = ReturnType<typeof createModel>

/** A conversation, and clients of ours at the ends of lines; everything that happens is held against the ledger at the end. */
export function createModel(seen: Map<string, number>) {
  const engine = createEngine()
  const { clock, ledger, publisher, counted, settle } = engine
  const findings = new Findings()
  const watching = new Map<number, Watching>()
  let said = 0

  function count(what: string): void {
    seen.set(what, (seen.get(what) ?? 0) + 1)
  }

  function say(category: Category, key: string | undefined, times: number, perTurn: number): void {
    for (let n = 1; n <= times; n++) {
      ledger.said++
      publisher.say(conversationId, category, `${category} ${said++}`, {}, key === undefined ? {} : { key })
      if (n % perTurn === 0) clock.settle()
    }
    clock.settle()
  }

  async function quiet(): Promise<void> {
    for (let round = 0, moved = 1; round < 100 && moved > 0; round++) {
      clock.advance(60)
      await settle()
      moved = 0
      for (const { line } of watching.values()) moved += line.deliver(1_000)
    }
  }

  function checkAccounts(): void {
    const { accepted, announced } = ledger.totals
    const fates = accepted + ledger.repeated + counted.shed + counted.rejected
    if (fates !== ledger.said) findings.add('I8', 'server', `of ${ledger.said} updates ${fates} are accounted for`)
    if (announced !== counted.shed) findings.add('I8', 'server', `${announced} of ${counted.shed} shed were announced`)
    const present = engine.presence.members(`status:${conversationId}`).length
    const there = [...watching.values()].filter(({ reader }) => reader.facts.revokedAtMs === null).length
    if (present !== there) findings.add('I10', 'server', `${present} of ${there} are present`)
  }

  return {
    async say(category: Category, key: string | undefined, times: number): Promise<void> {
      say(category, key, times, 20)
      await settle()
    },
    /** More in one turn than the queue holds. */
    async flood(category: Category, times: number): Promise<void> {
      say(category, undefined, times, times)
      await settle()
    },
    async open(slot: number, categories: readonly Category[] | undefined, from: 'snapshot' | { last: number }) {
      if (watching.has(slot)) return
      const userId = `user ${slot}`
      const line = new Line(engine, userId)
      const parts = {
        connection: line,
        clock,
        random: engine.random,
        backoff: { baseMs: 10, maxMs: 50 },
        updatesMax: 20,
        eventsMax: 1_000,
        renderIntervalMs: 1,
        lingerMs: 1,
        inUse: new Set<object>(),
      }
      const client = { status: (request: never) => createStream(request, parts) } as unknown as TelltaleClient
      const ask = { conversationId, from, ...(categories && { categories }) }
      watching.set(slot, { line, reader: openAppReader(client, userId, ask, null), userId, isChanging: false })
      await settle()
    },
    async deliver(slot: number, packets: number): Promise<void> {
      watching.get(slot)?.line.deliver(packets)
      await settle()
    },
    async drop(slot: number): Promise<void> {
      watching.get(slot)?.line.drop()
      await settle()
    },
    async reconnect(slot: number): Promise<void> {
      watching.get(slot)?.line.reconnect()
      await settle()
    },
    async pause(slot: number, isPaused: boolean): Promise<void> {
      watching.get(slot)?.line.pause(isPaused)
      await settle()
    },
    /** Other categories, one more or one less. */
    async change(slot: number, category: Category): Promise<void> {
      const one = watching.get(slot)
      if (!one || one.isChanging || one.reader.at === null || one.reader.facts.revokedAtMs !== null) return
      const { reader, line } = one
      const isMore = !reader.wanted.includes(category)
      if (!isMore && reader.wanted.length === 1) return
      one.isChanging = true
      line.replacedAt = null
      const { stream } = reader
      const changed = isMore ? stream.subscribeCategories([category]) : stream.unsubscribeCategories([category])
      const step = reader.changedTo(
        isMore ? [...reader.wanted, category] : reader.wanted.filter((name) => name !== category),
      )
      const over = (): void => {
        one.isChanging = false
      }
      changed.then(over, over)
      await settle()
      step.position = line.replacedAt
      count(isMore ? 'one category more' : 'one category less')
    },
    wait(ms: number): Promise<void> {
      clock.advance(ms)
      return settle()
    },
    /** The token has ended: the server hangs up, and the client comes back with another. */
    async expire(slot: number): Promise<void> {
      const one = watching.get(slot)
      if (!one?.line.isOpen) return
      one.line.drop()
      await settle()
      clock.advance(5)
      one.line.reconnect()
      count('a token ended')
      await settle()
    },
    /** What somebody may do is taken back: what comes from now on is not theirs. */
    async revoke(slot: number): Promise<void> {
      const one = watching.get(slot)
      if (!one || one.reader.facts.revokedAtMs !== null) return
      engine.barred.add(one.userId)
      const streams = engine.access.revoke(one.userId, conversationId)
      one.line.pause(false)
      one.line.deliver(1_000)
      await settle()
      one.line.deliver(1_000)
      one.reader.facts.revokedAtMs = performance.now() - 2_000
      if (streams > 0) count('revoked while it read')
    },
    /** Everybody leaves, other conversations come, and ours has to go. */
    async evict(): Promise<void> {
      for (const { line } of watching.values()) line.drop()
      await settle()
      for (const other of ['d', 'e']) {
        ledger.said++
        publisher.say(other, 'info', 'elsewhere')
      }
      await settle()
      count('evicted')
    },
    /** Everything is well again: then everybody comes to the top, and all that was said is accounted for. */
    async finish(): Promise<void> {
      for (const { line } of watching.values()) {
        line.pause(false)
        line.reconnect()
      }
      await quiet()
      for (const category of defaultContract.names) say(category as Category, undefined, 1, 1)
      await quiet()
      const head = ledger.head(conversationId)
      for (const { reader, line } of watching.values()) {
        reader.facts.begin = line.beganAt === null ? null : parsePosition(line.beganAt)
        for (const { gap } of reader.gaps) count(`gap: ${gap.reason}`)
        const { name, revokedAtMs } = reader.facts
        const isAtTop = reader.at?.epoch === head?.epoch
        if (revokedAtMs === null && !isAtTop) findings.add('I7', name, `stands at ${JSON.stringify(reader.at)}`)
        reader.check(ledger, findings)
      }
      checkAccounts()
    },
    /** Everybody leaves; answers what did not hold. */
    async dispose(): Promise<readonly string[]> {
      for (const { reader, line } of watching.values()) {
        reader.stop()
        line.drop()
      }
      clock.advance(10)
      await settle()
      const left = { ...engine.hub.size, ...engine.presence.size, held: counted.held }
      for (const [name, count] of Object.entries(left)) if (count > 0) findings.add('I11', 'server', `${count} ${name}`)
      await engine.dispose()
      clock.advance(60_000)
      await settle()
      if (clock.timers > 0) findings.add('I11', 'server', `${clock.timers} timers`)
      return findings.lines
    },
  }
}
