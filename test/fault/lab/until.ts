import { systemClock } from '@telltale/server'

/** Waits until something is so; false when it is not so in time. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
  lookEveryMs = 10,
): Promise<boolean> {
  const deadline = systemClock.monotonic() + withinMs
  while (!(await isSo())) {
    if (systemClock.monotonic() > deadline) return false
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve, true))
  }
  return true
}
