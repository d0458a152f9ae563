// A short run through everything that a canary may break; says what the checker found, and fails when it found something.
import { openChangingClient } from '../lab/changing-client.ts'
import type { Lab } from '../lab/lab.ts'
import { openLab } from '../lab/lab.ts'
import type { LocalServer } from '../lab/local-server.ts'
import { until } from '../lab/until.ts'

const limits = { queueLimit: 300, outboundMaxBytes: 65_536, changesPerMinute: 1_000 }
const revoked = new Set<string>()
/** Conversations in which something is said while their history is read. */
const races = Array.from({ length: 5 }, (_, index) => `race${index}`)
const raced = new Set<string>()

const lab: Lab<LocalServer> = await openLab({
  telltale: {
    limits,
    access: {
      authenticate: ({ token }) => ({ userId: token ?? 'somebody' }),
      authorize: ({ userId }, _action, conversationId) => !revoked.has(`${userId} ${conversationId}`),
    },
  },
  afterRead(topic) {
    const conversationId = topic.slice('status:'.length)
    if (!races.includes(conversationId) || raced.has(conversationId)) return undefined
    raced.add(conversationId)
    for (let n = 0; n < 5; n++) lab.say(conversationId, 'info', `while it is read ${n}`)
    return lab.server.flush()
  },
})
const { server, ledger, findings, proxy } = lab

/** Somebody whose permission ends, and who is looked at again when nothing may come any more. */
async function revoke(): Promise<() => Promise<void>> {
  const reader = lab.read(lab.client({ token: () => 'guest' }), 'busy')
  await lab.ready()
  return async () => {
    // Back after the cuts: who is not there can only be kept out, not put out.
    const { updates } = reader
    await until(() => reader.updates > updates, 5_000)
    revoked.add('guest busy')
    reader.facts.revokedAtMs = performance.now()
    server.telltale.revoke({ userId: 'guest', conversationId: 'busy' })
  }
}

/** An update that is sent again, because its answer was lost. */
async function sendTwice(): Promise<void> {
  const caller = server.telltale.createCaller({ userId: 'producer' })
  for (let turn = 0; turn < 2; turn++) {
    ledger.said++
    await caller.status.publish({ conversationId: 'twice', category: 'info', text: 'once', id: 'u1' })
  }
}

async function drop(): Promise<void> {
  const { connections } = proxy
  const open = proxy.open.length
  proxy.reset()
  await until(() => proxy.connections >= connections + open, 3_000)
}

/** Changes of categories while much is said, over a network that takes its time. */
async function change(): Promise<void> {
  const changing = openChangingClient(lab)
  const reader = lab.read(changing.client, 'busy', { categories: ['info'], begin: null })
  await lab.ready()
  proxy.set('both', { latencyMs: 60 })
  for (const [how, categories] of [
    ['add', ['tool']],
    ['remove', ['info']],
    ['add', ['error', 'progress']],
  ] as const) {
    await changing.change(reader, how, categories)
    const { updates } = reader
    await until(() => reader.updates > updates + 20, 2_000)
  }
  proxy.set('both', { latencyMs: 0 })
}

/** Whoever comes while something is said has it without anybody saying more. */
async function race(): Promise<void> {
  const joiner = lab.client()
  const readers = races.map((conversationId) => lab.read(joiner, conversationId, { from: { last: 100 } }))
  await lab.ready()
  if (!(await until(() => readers.every((reader) => reader.at?.offset === 5), 1_000))) {
    findings.add('I7', 'joiner', 'not at the top, although nothing more is said')
  }
}

/** One that does not read, while 16 MB are said: the bytes that wait for it are bounded. */
async function stall(): Promise<void> {
  const open = proxy.open.length
  lab.readStock(lab.stock(), 'wide')
  await until(() => proxy.open.length === open + 1, 1_000)
  await lab.ready()
  const connection = proxy.open.at(-1)
  connection?.set('toClient', { hole: 'hold' })
  const pad = 'x'.repeat(4_000)
  for (let n = 0; n < 4_000; n++) {
    lab.say('wide', 'info', `${n}`, { metadata: { pad } })
    if (n % 200 === 199) await server.flush()
  }
  const { outboundMax } = await server.measure()
  if (outboundMax > limits.outboundMaxBytes + 2 * 262_144) findings.add('I6', 'server', `${outboundMax} bytes wait`)
  connection?.set('toClient', { hole: 'none' })
}

for (const conversationId of ['busy', 'calm', 'twice', 'flooded']) {
  lab.read(lab.client(), conversationId)
  lab.readStock(lab.stock(), conversationId, { categories: ['info', 'error'] })
}
await lab.ready()
const endPermission = await revoke()
const load = lab.load({ perSecond: 600, conversations: ['busy', 'busy', 'busy', 'calm'] })
await until(() => load.said > 300, 3_000)
await sendTwice()
await drop()
for (let n = 0; n < 1_000; n++) lab.say('flooded', n % 100 ? 'info' : 'error', `flood ${n}`)
await change()
await race()
await drop()
for (const from of ['snapshot' as const, { last: 50 }]) {
  lab.readStock(lab.stock(), 'busy', { from, begin: null })
}
await endPermission()
const endedAt = performance.now()
await stall()
await until(() => performance.now() > endedAt + 2_500, 5_000)
const { broken } = await lab.conclude({ withinMs: 3_000 })
process.stdout.write(`${JSON.stringify({ invariants: findings.broken, lines: broken })}\n`)
process.exit(broken.length > 0 ? 1 : 0)
