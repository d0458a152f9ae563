// A server of the laboratory in a process of its own: what it accepts is told to whoever started it.
import { startLocalServer } from './local-server.ts'
import type { RemoteAnswer, RemoteCommand, RemoteSetup } from './remote-server.ts'

const tell = (answer: RemoteAnswer): void => {
  process.send?.(answer)
}
const setup = JSON.parse(process.argv[2] ?? '{}') as RemoteSetup
const server = await startLocalServer({
  telltale: setup.telltale ?? {},
  port: setup.port ?? 0,
  ...(setup.drainMs !== undefined && { drainMs: setup.drainMs }),
  recorded: (entries) => tell({ kind: 'recorded', entries }),
})

async function obey(command: RemoteCommand): Promise<void> {
  if (command.do === 'say') {
    server.say(command.updates)

    return
  }
  if (command.do === 'block') {
    const until = performance.now() + command.ms
    while (performance.now() < until) JSON.stringify(process.memoryUsage())
  } else if (command.do === 'present') {
    return tell({ kind: 'done', id: command.id, measured: null, count: await server.present(command.conversationId) })
  } else if (command.do === 'flush') await server.flush()
  else if (command.do === 'close') await server.close()
  else if (command.do === 'measure') {
    if (command.isCollected) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    return tell({ kind: 'done', id: command.id, measured: await server.measure() })
  }
  tell({ kind: 'done', id: command.id, measured: null })
  if (command.do === 'close') process.disconnect()
}

process.on('message', (command: RemoteCommand) => void obey(command))
// Whoever started this is gone: so is the reason for it.
process.once('disconnect', () => process.exit())
// What was told last has to be out before it ends.
process.on('SIGTERM', () => void server.close().then(() => process.disconnect()))
tell({ kind: 'listening', port: server.port })
