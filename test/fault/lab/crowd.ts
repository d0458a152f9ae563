import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Who comes, and where to. */
export interface CrowdSetup {
  readonly url: string
  readonly count: number
  readonly conversations: readonly string[]
}

/** How one of many fares. */
export interface CrowdMember {
  /** How often it has tried to connect. */
  readonly connects: number
  /** The life of the log that it reads, and since when, in milliseconds since 1970. */
  readonly epoch: string
  readonly since: number
}

export interface CrowdAnswer {
  readonly members: readonly CrowdMember[]
}

/** Many clients in a process of their own. */
export interface Crowd extends AsyncDisposable {
  report(): Promise<readonly CrowdMember[]>
}

/** Has them come. */
export function openCrowd(setup: CrowdSetup): Crowd {
  const child = fork(fileURLToPath(new URL('crowd-process.ts', import.meta.url)), [JSON.stringify(setup)], {
    execArgv: ['--conditions=@telltale/source', '--disable-warning=ExperimentalWarning'],
  })
  return {
    async report() {
      const answer = once(child, 'message')
      child.send('report')
      const [{ members }] = (await answer) as [CrowdAnswer]
      return members
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.send('close')
      await exited
    },
  }
}
