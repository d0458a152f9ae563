import type { Draft, Update } from '../update.ts'

/**
 * One way to bring a conversation's updates to its readers. The readers load it for its protocol, so what only a server
 * needs is imported when it serves: whatever lives in the readers' heap is gone through at each of their many collections.
 */
export interface Contender {
  /** Opens a server on a free port of the loopback; `path` says where one is that is no part of the workspace. */
  serve(path?: string): Promise<Served>
  /** How a reader speaks with it. */
  readonly protocol: ReaderProtocol
}

/** A server that is open; it ends with its process. */
export interface Served {
  readonly port: number
  /** How many readers it sends to. */
  readers(): number
  /** Sends updates to all readers, in order; all of them in one turn of the event loop. */
  say(drafts: readonly Draft[]): void
  /** CPU time it took so far, where it is a process of its own and not this one. */
  cpuMs?(): number
}

/** Just enough of a protocol to read updates over a bare `ws` socket. */
export interface ReaderProtocol {
  readonly path: string
  /** What the reader sends when the socket is open. */
  readonly hello: string | null
  /** Whether the readers offer to inflate; without it nobody compresses. */
  readonly deflates?: boolean
  /** Takes a message without updates. Throws for one that does not belong there. */
  receive(text: string): Control
  /** The updates of a message, after a full parse. Throws for anything but updates. */
  parse(text: string): readonly Update[]
}

/** What a message without updates asks of the reader. */
export interface Control {
  readonly reply?: string
}
