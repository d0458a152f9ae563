import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { chromiumFlags } from '../../../scripts/chromium.mjs'

interface Reply {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/**
 * A Chromium without a window, spoken with over its pipe in the DevTools protocol. What drives browsers for tests has
 * itself told of every WebSocket frame, which costs the page more than the frame does.
 */
export class Chromium {
  readonly #process: ChildProcess
  readonly #profile = mkdtempSync(join(tmpdir(), 'telltale-bench-'))
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0
  #unread = ''

  constructor(executable: string) {
    const own = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`]
    // An empty tab: the one it would open by itself has a page with work of its own.
    const args = [...chromiumFlags, ...own, 'about:blank']
    this.#process = spawn(executable, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true })
    const output = this.#process.stdio[4] as Readable
    output.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    const fail = (error: Error): void => {
      for (const answer of this.#waiting.values()) answer.reject(error)
    }
    this.#process.once('error', fail)
    this.#process.once('exit', (code) => fail(new Error(`Chromium ended with ${code}`)))
  }

  /** Opens an address in the tab that is there. */
  async open(url: string): Promise<Tab> {
    const { targetId } = await this.#emptyTab()
    const parameters = { targetId, flatten: true }
    const { sessionId } = await this.ask<{ sessionId: string }>('Target.attachToTarget', parameters)
    const tab = new Tab(this, sessionId)
    await tab.ask('Page.navigate', { url })
    return tab
  }

  /** One command of the protocol. Throws what the browser says against it. */
  async ask<TResult>(method: string, parameters: object = {}, sessionId?: string): Promise<TResult> {
    const id = ++this.#asked
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    const input = this.#process.stdio[3] as Writable
    input.write(`${JSON.stringify({ id, method, params: parameters, sessionId })}\0`)
    return (await answer.promise) as TResult
  }

  /** Ends it at once, with all its processes. */
  kill(): void {
    const { pid } = this.#process
    if (pid !== undefined && this.#process.exitCode === null) process.kill(-pid, 'SIGKILL')
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  async #emptyTab(): Promise<Target> {
    for (;;) {
      const { targetInfos } = await this.ask<{ targetInfos: readonly Target[] }>('Target.getTargets')
      const found = targetInfos.find(({ type }) => type === 'page')
      if (found) return found
      await setTimeout(20)
    }
  }

  #read(text: string): void {
    const messages = (this.#unread + text).split('\0')
    this.#unread = messages.pop() ?? ''
    for (const message of messages) this.#take(JSON.parse(message) as Reply)
  }

  #take({ id, result, error }: Reply): void {
    if (id === undefined) return
    const answer = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) answer?.reject(new Error(error.message))
    else answer?.resolve(result)
  }
}

/** A page in the browser. */
export class Tab {
  readonly #chromium: Chromium
  readonly #sessionId: string

  constructor(chromium: Chromium, sessionId: string) {
    this.#chromium = chromium
    this.#sessionId = sessionId
  }

  ask<TResult>(method: string, parameters: object = {}): Promise<TResult> {
    return this.#chromium.ask<TResult>(method, parameters, this.#sessionId)
  }

  /** The value of an expression in the page. Throws what the page throws. */
  async evaluate<TValue>(expression: string): Promise<TValue> {
    const parameters = { expression, returnByValue: true }
    const { result, exceptionDetails } = await this.ask<Evaluated>('Runtime.evaluate', parameters)
    if (exceptionDetails) throw new Error(`the page: ${exceptionDetails.exception?.description ?? 'failed'}`)
    return result.value as TValue
  }
}

interface Target {
  readonly targetId: string
  readonly type: string
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}
