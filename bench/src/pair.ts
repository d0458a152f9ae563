import { Child, type Launch } from './child.ts'
import type { LoadCommands, Received, ServerCommands } from './commands.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'
import type { Machine } from './machine.ts'
import type { Plan } from './plan.ts'

/** How the processes of a run are started. */
export interface Setting {
  readonly machine: Machine
  readonly launch: Launch
}

/** A server process and a process with its readers, connected. */
export class Pair implements AsyncDisposable {
  readonly server: Child<ServerCommands>
  readonly load: Child<LoadCommands>
  readonly #contender: ContenderName
  readonly #readers: number

  /** New processes for each run: none inherits another's heap, or what was compiled for another. */
  static async open(
    { machine, launch }: Setting,
    contender: ContenderName,
    { readers, plan }: { readers: number; plan: Plan },
  ): Promise<Pair> {
    const pair = new Pair({ machine, launch }, contender, readers)
    try {
      const ports = await pair.server.ask('open', { contender, path: launch.paths?.[contender] })
      await pair.load.ask('connect', { contender, ...ports, readers, ackEvery: plan.ackEvery })
      await pair.server.ask('ready', { readers })
      return pair
    } catch (error) {
      await pair[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor({ machine, launch }: Setting, contender: ContenderName, readers: number) {
    const { pinned } = machine
    this.#contender = contender
    this.#readers = readers
    this.server = new Child('./server.ts', {
      launch,
      core: pinned?.server ?? null,
      options: launch.serverOptions,
    })
    this.load = new Child('./load.ts', { launch, core: pinned?.load ?? null })
  }

  /** What the readers got. Throws when it is not exactly what was said, in order. */
  async verify(updates: number): Promise<Received> {
    const received = await this.load.ask('end', null)
    const { missed, disordered, problem } = received
    const wanted = updates * this.#readers
    if (problem === null && missed === 0 && disordered === 0 && received.updates === wanted) return received
    throw new Error(
      `${contenders[this.#contender].title} to ${this.#readers} readers: ${received.updates} of ${wanted} deliveries, ` +
        `${missed} missed, ${disordered} out of order. First problem: ${problem ?? 'none'}`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.load[Symbol.asyncDispose]()
    await this.server[Symbol.asyncDispose]()
  }
}
