import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TelltaleSize } from '@telltale/server'

export type ProducerCommand =
  | { do: 'say'; conversationId: string; count: number; from: number; padding: number; yieldEvery: number }
  | { do: 'measure' }
  | { do: 'close' }

export type ProducerAnswer =
  | { kind: 'listening'; url: string }
  | { kind: 'said'; tookMs: number; slowestCallMs: number }
  | { kind: 'measured'; rss: number; heapUsed: number; shed: Record<string, number>; size: TelltaleSize }

type Said = Extract<ProducerAnswer, { kind: 'said' }>
type Measured = Extract<ProducerAnswer, { kind: 'measured' }>

/** A server in a process of its own that says what it is told to. */
export interface Producer {
  readonly url: string
  say(command: Omit<Extract<ProducerCommand, { do: 'say' }>, 'do'>): Promise<Said>
  measure(): Promise<Measured>
  close(): Promise<void>
}

/** Starts one. */
export async function startProducer(): Promise<Producer> {
  const script = fileURLToPath(new URL('producer-process.ts', import.meta.url))
  const child = fork(script, { execArgv: ['--conditions=@telltale/source', '--expose-gc'] })
  const hear = async (): Promise<ProducerAnswer> => {
    const [message] = (await once(child, 'message')) as [ProducerAnswer]
    return message
  }
  const ask = async (command: ProducerCommand): Promise<ProducerAnswer> => {
    const answer = hear()
    child.send(command)
    return answer
  }
  const first = await hear()
  if (first.kind !== 'listening') throw new Error('the producer did not listen')
  return {
    url: first.url,
    say: async (command) => (await ask({ do: 'say', ...command })) as Said,
    measure: async () => (await ask({ do: 'measure' })) as Measured,
    async close() {
      child.send({ do: 'close' } satisfies ProducerCommand)
      await once(child, 'exit')
    },
  }
}
