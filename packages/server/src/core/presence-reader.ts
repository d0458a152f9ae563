import type { PositionedFrame, PresenceFrame } from '@telltale/contract'
import type { Gate } from '../async/gate.ts'
import type { Admit, Permit } from '../seams/permit.ts'
import type { PresenceFeed } from './presence-feed.ts'

/** What a reader of presence needs beside its feed. */
export interface PresenceReaderOptions {
  readonly signal: AbortSignal
  /** What each frame waits at. */
  readonly gate: Gate | null
  /** Gives it leave to read, where that can be taken back. */
  readonly admit?: Admit | null
}

/**
 * The frames of one reader of presence: the whole state, then what changes, until the signal aborts. Every wait ends on
 * abort, so that the `finally` of whoever iterates always runs.
 */
export async function* readPresence(
  enter: () => { feed: PresenceFeed; leave: () => void },
  { signal, gate, admit, streamId }: PresenceReaderOptions & { streamId: string },
): AsyncGenerator<PositionedFrame<PresenceFrame>, void, undefined> {
  if (signal.aborted) return
  // Entered in here: a generator that is never started would otherwise never leave.
  const { feed, leave } = enter()
  let ring = (): void => undefined
  const wake = (): void => ring()
  signal.addEventListener('abort', wake, { once: true })
  feed.wakes.add(wake)
  let version: number | null = null
  let permit: Permit | null = null
  try {
    // Nothing can stand in for it: its leave needs no name.
    permit = admit?.('') ?? null
    if (permit) permit.onOver = wake
    await feed.opened
    while (!signal.aborted) {
      const wait = gate?.enter(signal)
      if (wait) await wait
      if (permit?.over && permit.over !== 'done') throw permit.over
      if (permit?.over || signal.aborted || feed.isClosed) return
      const read = feed.read(version)
      if (!read)
        await new Promise<void>((resolve) => {
          ring = resolve
        })
      else {
        version = read.version
        // The name makes it another place in each stream: nobody takes a state for one that it had before.
        if (read.frame) yield { position: `${streamId}.${version}`, frame: read.frame }
      }
    }
  } finally {
    signal.removeEventListener('abort', wake)
    feed.wakes.delete(wake)
    permit?.release()
    leave()
  }
}
