import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { conversationId, type Update } from '../update.ts'
import type { Contender, Served } from './contender.ts'
import { processCpuMs } from './process-cpu.ts'

const topic = `updates:${conversationId}`

/** Starts the command; what it has to do is in the benchmark's README. */
async function serve(command: string | undefined): Promise<Served> {
  if (command === undefined) throw new Error('phoenix: the command that starts it is not given')
  // The command itself becomes the process, so that its id is the one whose CPU time counts.
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const { pid } = child
  if (pid === undefined) throw new Error(`phoenix: cannot start ${command}`)
  process.once('exit', () => child.kill('SIGKILL'))
  let readers = 0
  let said = 0
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`phoenix: the command ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, word, digits] = /^(port|readers) (\d+)$/.exec(line) ?? []
      if (word === 'port') resolve(Number(digits))
      if (word === 'readers') readers = Number(digits)
    })
  })
  return {
    port,
    readers: () => readers,
    say(drafts) {
      child.stdin.write(`say ${said + 1} ${drafts.length}\n`)
      said += drafts.length
    },
    cpuMs: () => processCpuMs(pid),
  }
}

/** A message of Phoenix's second serializer. */
type Message = readonly [join: string | null, ref: string | null, topic: string, event: string, payload: unknown]

/** Phoenix Channels, or whatever speaks as they do: one push an update. */
export const phoenix: Contender = {
  serve,
  protocol: {
    path: '/socket/websocket?vsn=2.0.0',
    hello: JSON.stringify(['1', '1', topic, 'phx_join', {}] satisfies Message),
    receive(text) {
      const [, , , event, payload] = JSON.parse(text) as Message
      const isJoined = event === 'phx_reply' && (payload as { status?: string }).status === 'ok'
      if (!isJoined) throw new Error(`not an update: ${text.slice(0, 200)}`)
      return {}
    },
    parse(text) {
      const [, , , event, payload] = JSON.parse(text) as Message
      if (event !== 'update') throw new Error(`not an update: ${text.slice(0, 200)}`)
      return [payload as Update]
    },
  },
}
