/** Whose page it is. */
export type PageName = 'by-hand' | 'telltale'

/** What the driver asks of the process with the server, which also brings the page to the browser. */
export type PageServerCommands = {
  open: { ask: { page: PageName; directory: string }; answer: { port: number } }
  /** Answered when the page listens. */
  ready: { ask: null; answer: null }
  /** Says so many a second, whoever can follow. */
  say: { ask: { perSecond: number; forMs: number }; answer: Said }
}

/** What the driver asks of the process with the browser. */
export type BrowserCommands = {
  /** Answered when the page is live. */
  open: { ask: { url: string }; answer: null }
  /** Waits for what was said so far, and begins to count. */
  begin: { ask: { said: number; withinMs: number; isProfiled: boolean }; answer: { isThere: boolean } }
  /** Waits for the last update, and tells what happened since. */
  end: { ask: { said: number; withinMs: number }; answer: Watched }
}

/** What was said since the last time. */
export interface Said {
  /** The number of the last update, over all times. */
  readonly last: number
  readonly updates: number
  readonly elapsedMs: number
  readonly cpuMs: number
  /** When it was said that far: milliseconds since 1970, and the number of the last update. */
  readonly turns: readonly (readonly [atMs: number, last: number])[]
}

/** What a page has seen since it began to count. Times are milliseconds since 1970. */
export interface PageRecord {
  /** Updates in its state, over all times. */
  readonly received: number
  /** Updates that it knows it has not got. */
  readonly missed: number
  /** The numbers of the updates in the list, oldest first. */
  readonly rows: readonly number[]
  /** How many rows the document has. */
  readonly listed: number
  /** When React had committed, and the number of the newest update by then. */
  readonly commits: readonly (readonly [atMs: number, newest: number])[]
  readonly longTasks: readonly (readonly [atMs: number, durationMs: number])[]
}

/** A page's record, and what its browser says of it. */
export interface Watched {
  /** Whether the last update was reached in time. */
  readonly isThere: boolean
  readonly record: PageRecord
  /** How long the page's main thread worked, and how long it had. */
  readonly busyMs: number
  readonly elapsedMs: number
  /** V8's CPU profile, where one was wanted. */
  readonly profile: object | null
}
