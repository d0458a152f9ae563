import type { Clock } from '../async/clock.ts'
import type { SessionKeeper } from '../transport/keeper.ts'
import type { SocketSession } from '../transport/session.ts'

/** How often a wave of connections is asked to move, in milliseconds. */
const waveMs = 100
/** Least connections of a wave: few are not worth a wait. */
const waveMin = 10
/** How long a connection that was asked to move has for it, in milliseconds. */
const moveMs = 1_000

/** Which parts of the time are for what readers are still owed, and for the waves; the rest is for goodbyes. */
const servedPart = 0.5
const wavesPart = 0.4

/** What {@link drain} ends. */
export interface DrainParts {
  readonly hub: { readonly isServed: boolean; wake(): void }
  readonly keeper: SessionKeeper
  readonly clock: Clock
  /** How long it may take in all, in milliseconds. */
  readonly drainMs: number
}

/** Settles with a promise, or when its time is over. */
export async function orAfter(promise: Promise<void>, clock: Clock, ms: number): Promise<void> {
  let cancel: () => void = () => undefined
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve, true)
  })
  await Promise.race([promise, late])
  cancel()
}

/**
 * Says goodbye: readers get what is still theirs, connections are asked to move in waves, so that not all come back at the
 * same time, and whoever has not moved a second later is closed. Those that do not answer are hung up on.
 */
export async function drain({ hub, keeper, clock, drainMs }: DrainParts): Promise<void> {
  const begin = clock.monotonic()
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve, true))
  const until = async (isDone: () => boolean, latest: number): Promise<void> => {
    while (!isDone() && clock.monotonic() < latest) await wait(5)
  }
  hub.wake()
  await until(() => hub.isServed, begin + drainMs * servedPart)
  if (drainMs > 0) await inWaves([...keeper.sessions], drainMs * wavesPart, (wave) => move(wave, wait, drainMs), wait)
  for (const session of keeper.sessions) session.close('goingAway')
  await until(() => keeper.sessions.size === 0, Math.max(begin + drainMs, clock.monotonic() + 500))
  for (const session of keeper.sessions) session.terminate()
}

/** Settles when the last wave has moved. */
async function inWaves(
  sessions: readonly SocketSession[],
  spreadMs: number,
  moveAll: (wave: readonly SocketSession[]) => Promise<void>,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const size = Math.max(waveMin, Math.ceil((sessions.length * waveMs) / spreadMs))
  const moving: Promise<void>[] = []
  for (let first = 0; first < sessions.length; first += size) {
    if (first > 0) await wait(waveMs)
    moving.push(moveAll(sessions.slice(first, first + size)))
  }
  await Promise.all(moving)
}

/** Asks a wave to move. Nothing follows on a connection that was asked, or what comes on the other would be a double. */
async function move(
  wave: readonly SocketSession[],
  wait: (ms: number) => Promise<void>,
  drainMs: number,
): Promise<void> {
  for (const session of wave) {
    if (session.isAnswering) session.park()
    else session.close('goingAway')
  }
  const steps = Math.ceil(Math.min(moveMs, drainMs / 10) / 20)
  for (let step = 0; step < steps && wave.some((session) => session.isOpen); step++) await wait(20)
  for (const session of wave) session.close('goingAway')
}
