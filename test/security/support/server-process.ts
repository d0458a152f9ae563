// A server in a process of its own: what kills it is an observation, and its memory is its own.
import { type Access, createTelltale, memoryBackplane, publicAccess } from '@telltale/server'
import type { ServerCommands, ServerSetup } from './server.ts'

const setup = JSON.parse(process.argv[2] ?? '{}') as ServerSetup

/** A token is a user's name; some names, and beginnings of conversations, are traps. */
const traps: Access = {
  authenticate: ({ token }) => {
    if (token === 'hang') return new Promise<never>(() => undefined)
    if (token === 'throw') throw new Error('the database password is hunter2')
    if (token === 'reject') return Promise.reject(new Error('the database password is hunter2'))
    if (token === 'nothing') throw undefined
    return token === null ? null : { userId: token }
  },
  authorize: (_identity, _action, conversationId) => {
    const [trap] = conversationId.split('-')
    if (trap === 'hang') return new Promise<never>(() => undefined)
    if (trap === 'throw') throw new Error('the database password is hunter2')
    if (trap === 'reject') return Promise.reject(new Error('the database password is hunter2'))
    if (trap === 'busy') block(1_500)
    return trap !== 'secret'
  },
}

const telltale = createTelltale({
  access: setup.access === 'traps' ? traps : publicAccess(),
  backplane: memoryBackplane(setup.backplane),
  limits: { accessTimeoutMs: 300, ...setup.limits },
  ...(setup.origins && { origins: setup.origins }),
})

const commands: ServerCommands = {
  peakBytes: () => process.resourceUsage().maxRSS * 1_024,
  heldBytes() {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  resources: () => process.getActiveResourcesInfo().length,
  size: () => telltale.size(),
  say(conversationId, count, padding) {
    const text = 'x'.repeat(padding)
    for (let index = 0; index < count; index++) telltale.status.info(conversationId, text, { index })
  },
  async sayInMany(conversations) {
    for (let index = 0; index < conversations; index++) {
      telltale.status.info(`many-${index}`, 'one')
      if (index % 1_000 === 0) await telltale.flush()
    }
    await telltale.flush()
  },
}

/** Holds up everything, as a careless hook does. */
function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

process.on('message', ({ id, command, args }: { id: number; command: keyof ServerCommands; args: unknown[] }) => {
  const run = commands[command] as (...args: unknown[]) => unknown
  void Promise.resolve(run(...args)).then((value) => process.send?.({ id, value }))
})
// Whoever started this is gone: so is the reason for it.
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => void telltale.close({ drainMs: 2_000 }).then(() => process.disconnect()))

const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
process.send?.({ id: 0, value: port })
