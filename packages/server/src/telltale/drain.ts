import type { Clock } from '../async/clock.ts'
import type { SessionKeeper } from '../transport/keeper.ts'

/** Says goodbye: readers get what is still theirs, then every socket is closed, and those that do not answer are hung up on. */
export async function drain(parts: {
  hub: { readonly isServed: boolean; wake(): void }
  keeper: SessionKeeper
  clock: Clock
  drainMs: number
}): Promise<void> {
  const { hub, keeper, clock, drainMs } = parts
  const deadline = clock.monotonic() + drainMs
  const until = async (isDone: () => boolean, latest: number): Promise<void> => {
    while (!isDone() && clock.monotonic() < latest) await new Promise<void>((resolve) => clock.after(5, resolve, true))
  }
  hub.wake()
  await until(() => hub.isServed, deadline)
  for (const session of keeper.sessions) session.close('goingAway')
  await until(() => keeper.sessions.size === 0, Math.max(deadline, clock.monotonic() + 500))
  for (const session of keeper.sessions) session.terminate()
}
