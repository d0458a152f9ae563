import type { PageRecord } from '../commands.ts'

/** What a commit of the page showed. */
export interface Shown {
  /** Oldest first. */
  readonly updates: readonly { readonly metadata?: { readonly seq?: number } }[]
  /** How many there were in all. */
  readonly received: number
  readonly missed: number
  readonly isLive: boolean
}

declare global {
  interface Window {
    gauge: Gauge
  }
}

/** Writes down what happens in the page. Does next to nothing, for it is measured along. */
export class Gauge {
  #shown: Shown = { updates: [], received: 0, missed: 0, isLive: false }
  #commits: [number, number][] = []
  #longTasks: [number, number][] = []

  constructor() {
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        this.#longTasks.push([performance.timeOrigin + startTime, duration])
      }
    }).observe({ type: 'longtask' })
  }

  /** Called in each commit. The time is the machine's, as in the updates. */
  committed(shown: Shown): void {
    this.#shown = shown
    this.#commits.push([Date.now(), shown.updates.at(-1)?.metadata?.seq ?? 0])
  }

  get commits(): PageRecord['commits'] {
    return this.#commits
  }

  get isLive(): boolean {
    return this.#shown.isLive
  }

  /** How many updates are shown or were, or are known to be missed. */
  get reached(): number {
    return this.#shown.received + this.#shown.missed
  }

  /** Forgets what was so far; the page goes on. */
  begin(): void {
    this.#commits = []
    this.#longTasks = []
  }

  read(): PageRecord {
    const { received, missed, updates } = this.#shown
    return {
      received,
      missed,
      rows: updates.map(({ metadata }) => metadata?.seq ?? 0),
      listed: document.querySelectorAll('li').length,
      commits: this.#commits,
      longTasks: this.#longTasks,
    }
  }
}
