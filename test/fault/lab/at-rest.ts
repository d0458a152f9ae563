import { systemClock } from '@telltale/server'
import type { Tally } from '../checker/app-walk.ts'
import type { AppReader } from './app-reader.ts'
import type { Lab } from './lab.ts'
import type { LabServer, Measured, Saying } from './lab-server.ts'
import { until } from './until.ts'
import type { WireReader } from './wire-reader.ts'

/** Says a last thing in each conversation, waits until everybody has it, and checks what everybody got. */
export async function checkRest<TServer extends LabServer>(
  lab: Lab<TServer>,
  withinMs: number,
): Promise<{ tookMs: number; tallies: Map<string, Tally> }> {
  const { ledger, findings, readers, server } = lab
  await server.flush()
  // In every category that somebody wants, so that each reader has something to come to.
  const last = new Set(readers.flatMap(({ facts, wanted }) => wanted.map((name) => `${facts.conversationId} ${name}`)))
  const sayings = [...last].map((name): Saying => {
    const [conversationId = '', category = ''] = name.split(' ')
    return { conversationId, category: category as Saying['category'], text: 'the last', priority: 'high' }
  })
  for (const saying of sayings) lab.sayAll([saying])
  await server.flush()
  const startedAt = systemClock.monotonic()
  const waiting = readers.filter(({ facts }) => facts.revokedAtMs === null)
  const isThere = await until(() => waiting.every((reader) => isAtTop(lab, reader)), withinMs)
  const tookMs = systemClock.monotonic() - startedAt
  for (const reader of isThere ? [] : waiting.filter((one) => !isAtTop(lab, one))) {
    findings.add('I7', reader.facts.name, `not at the top after ${withinMs} ms, but at ${JSON.stringify(reader.at)}`)
  }
  const tallies = new Map(readers.map((reader) => [reader.facts.name, reader.check(ledger, findings)]))
  await checkAccounts(lab)
  await checkPresence(lab)
  return { tookMs, tallies }
}

/** When all have left nothing may be left of them. */
export async function checkEmpty<TServer extends LabServer>(lab: Lab<TServer>, before: Measured): Promise<void> {
  const { server, findings, proxy } = lab
  const isEmpty = async (): Promise<boolean> => (await leftOf(server, before)).length === 0
  await until(isEmpty, 3_000)
  for (const left of await leftOf(server, before)) findings.add('I11', 'server', left)
  for (const conversationId of lab.ledger.conversations) {
    const present = await server.present(conversationId)
    if (present > 0) findings.add('I11', 'server', `${present} are present in ${conversationId}`)
  }
  await until(() => proxy.open.length === 0, 1_000)
  if (proxy.open.length > 0) findings.add('I11', 'proxy', `${proxy.open.length} connections are open`)
}

async function leftOf(server: LabServer, before: Measured): Promise<string[]> {
  const { size, held, timers } = await server.measure()
  const counted = { ...size, queued: size.queued, listeners: held, timers: Math.max(0, timers - before.timers) }
  return Object.entries(counted).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]))
}

async function checkAccounts<TServer extends LabServer>({ server, ledger, findings }: Lab<TServer>): Promise<void> {
  const { shed, rejected, failed } = await server.measure()
  const { accepted, announced } = ledger.totals
  const fates = { accepted, repeated: ledger.repeated, shed, rejected, failed }
  const sum = Object.values(fates).reduce((total, count) => total + count, 0)
  if (sum !== ledger.said) findings.add('I8', 'server', `of ${ledger.said} updates became ${JSON.stringify(fates)}`)
  // What the log did not take is told as soon as it takes something again.
  if (announced !== shed + failed) {
    findings.add('I8', 'server', `${shed} were shed, ${failed} not kept, and ${announced} announced`)
  }
}

/** Those who are present are those who are connected: one for each connection that reads a conversation. */
async function checkPresence<TServer extends LabServer>(lab: Lab<TServer>): Promise<void> {
  const { ledger, readers, connectionOf, server, findings } = lab
  for (const conversationId of ledger.conversations) {
    const there = readers.filter(({ facts }) => facts.conversationId === conversationId && facts.revokedAtMs === null)
    const expected = new Set(there.map((reader) => connectionOf.get(reader))).size
    const isSo = await until(async () => (await server.present(conversationId)) === expected, 1_000)
    if (isSo) continue
    findings.add('I10', 'server', `${await server.present(conversationId)} of ${expected} watch ${conversationId}`)
  }
}

function isAtTop<TServer extends LabServer>({ ledger }: Lab<TServer>, reader: AppReader | WireReader): boolean {
  const { at, facts } = reader
  const head = ledger.head(facts.conversationId)
  if (!head) return true
  if (!at || at.epoch !== head.epoch) return false
  return !ledger
    .between(facts.conversationId, head.epoch, at.offset, head.offset)
    .some((entry) => (entry.kind === 'event' ? reader.wanted.includes(entry.category) : true))
}
