import type { Publication, Topic } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { Backplane } from '../seams/backplane.ts'
import type { Emit } from '../telemetry/events.ts'
import { Channel, type ChannelLimits } from './channel.ts'
import type { Domain } from './domain.ts'
import type { Matcher } from './filter.ts'
import type { FrameLimits } from './slice.ts'
import { Window } from './window.ts'

/** What a channel is opened with. */
export interface ChannelParts<TEvent, TUpdate, TState> {
  readonly domain: Domain<TEvent, TUpdate, TState>
  readonly matcher: Matcher
  readonly backplane: Backplane<TEvent, TState>
  readonly clock: Clock
  readonly emit: Emit
  readonly limits: ChannelLimits & FrameLimits
}

/** A channel that hears its log, and how to end that. */
export interface OpenChannel<TEvent, TUpdate, TState> {
  readonly channel: Channel<TEvent, TUpdate, TState>
  close(): void
}

/** Begins to listen to a log. Listen first, read then, merge last: what is appended in between would be lost otherwise. */
export async function openChannel<TEvent, TUpdate, TState>(
  topic: Topic,
  parts: ChannelParts<TEvent, TUpdate, TState>,
): Promise<OpenChannel<TEvent, TUpdate, TState>> {
  const early: Array<readonly Publication<TEvent>[]> = []
  let receive = (_epoch: string, entries: readonly Publication<TEvent>[]): void => {
    early.push(entries)
  }
  const unsubscribe = await parts.backplane.subscribe(topic, (epoch, entries) => receive(epoch, entries))
  try {
    const { clock, limits, domain } = parts
    const channel = new Channel(await loadWindow(topic, parts), { clock, limits, retention: domain.spec.retention })
    for (const entries of early) channel.receive(entries)
    receive = (epoch, entries) => {
      if (epoch === channel.window.epoch && channel.receive(entries)) return
      // The log began again, or entries are missing: load it anew, and the readers find out by themselves.
      loadWindow(topic, parts).then(
        (window) => channel.replaceWindow(window),
        (error: unknown) => parts.emit('backplane.failed', { operation: 'read', count: 0, error }),
      )
    }
    return {
      channel,
      close: () => {
        channel.stop()
        unsubscribe()
      },
    }
  } catch (error) {
    unsubscribe()
    throw error
  }
}

async function loadWindow<TEvent, TUpdate, TState>(
  topic: Topic,
  parts: ChannelParts<TEvent, TUpdate, TState>,
): Promise<Window<TEvent, TUpdate, TState>> {
  // The entries first: what is dropped in between is then in the checkpoint, and nothing is in neither.
  const view = await parts.backplane.read(topic, 0, Number.POSITIVE_INFINITY)
  const checkpoint = await parts.backplane.checkpoint(topic)
  const fits = checkpoint !== null && checkpoint.position.epoch === view.epoch
  // So much was dropped in between that the checkpoint is ahead of all that was read.
  if (fits && checkpoint.position.offset > view.head.offset) return loadWindow(topic, parts)
  const fold = fits ? { state: checkpoint.state, offset: checkpoint.position.offset } : { state: null, offset: 0 }
  return new Window({ view, checkpoint: fold }, parts)
}
