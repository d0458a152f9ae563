import type { Priority } from '@telltale/contract'
import type { TelltaleSize } from '@telltale/server'

/** An update to be said. */
export interface Saying {
  readonly conversationId: string
  readonly category: 'info' | 'tool' | 'progress' | 'error' | 'engine' | 'workflow'
  readonly text: string
  readonly metadata?: Record<string, unknown>
  readonly key?: string
  readonly priority?: Priority
}

/** What a server says of itself. */
export interface Measured {
  readonly size: TelltaleSize
  /** Listeners and holds at the backplane. */
  readonly held: number
  /** Timers that wait. */
  readonly timers: number
  /** Updates that were shed before they were accepted, and that were never accepted for another reason. */
  readonly shed: number
  readonly rejected: number
  /** Updates of appends that failed. */
  readonly failed: number
  /** The deepest the queue ever was. */
  readonly queuedMax: number
  /** Bytes that wait for the socket that has the most. */
  readonly outboundMax: number
  /** Readers that were opened so far. */
  readonly opened: number
  readonly rss: number
  readonly heapUsed: number
}

/** A server under test, in this process or in one of its own. */
export interface LabServer {
  readonly port: number
  say(updates: readonly Saying[]): void
  /** Settles when everything said so far was accepted or refused, and the ledger knows. */
  flush(): Promise<void>
  measure(): Promise<Measured>
  /** How many connections watch a conversation, as presence has it. */
  present(conversationId: string): Promise<number>
  close(): Promise<void>
}
