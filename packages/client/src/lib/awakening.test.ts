import { expect, it } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { onAwakening, type Surroundings } from './awakening.ts'
import type { Clock } from './clock.ts'

/** A browser's page whose timers stand still in a sleep, and whose wall clock does not. */
function openPage() {
  const manual = createManualClock()
  const clock: Clock = { now: () => manual.monotonic(), after: (delayMs, callback) => manual.after(delayMs, callback) }
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState })
  const page = Object.assign(new EventTarget(), { document })
  let sleptMs = 0
  let calls = 0
  const stop = onAwakening(
    clock,
    () => calls++,
    page as unknown as Partial<Surroundings>,
    () => manual.now() + sleptMs,
  )
  return {
    manual,
    page,
    document,
    stop,
    sleep: (ms: number) => {
      sleptMs += ms
    },
    get calls() {
      return calls
    },
  }
}

it.each(['online', 'offline'])('calls when a page is %s', (name) => {
  const opened = openPage()
  opened.page.dispatchEvent(new Event(name))
  expect(opened.calls).toBe(1)
})

it('calls when a page that was put away is shown again, not when one is shown for the first time', () => {
  const opened = openPage()
  for (const [persisted, calls] of [
    [false, 0],
    [true, 1],
  ] as const) {
    opened.page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
    expect(opened.calls).toBe(calls)
  }
})

it('calls when a tab is looked at again, not when it is hidden', () => {
  const opened = openPage()
  for (const [state, calls] of [
    ['hidden', 0],
    ['visible', 1],
  ] as const) {
    opened.document.visibilityState = state
    opened.document.dispatchEvent(new Event('visibilitychange'))
    expect(opened.calls).toBe(calls)
  }
})

it('calls once after a sleep in which no timer ran', () => {
  const opened = openPage()
  opened.manual.advance(60_000)
  expect(opened.calls).toBe(0)
  opened.sleep(30 * 60_000)
  opened.manual.advance(2_000)
  expect(opened.calls).toBe(1)
  opened.manual.advance(60_000)
  expect(opened.calls).toBe(1)
})

it('takes a timer that is only late, as in a hidden tab, for no sleep', () => {
  const opened = openPage()
  opened.sleep(9_000)
  opened.manual.advance(2_000)
  expect(opened.calls).toBe(0)
})

it('calls nobody any more once it is stopped, and leaves no timer', () => {
  const opened = openPage()
  opened.stop()
  opened.sleep(60_000)
  opened.manual.advance(60_000)
  for (const name of ['online', 'offline', 'pageshow']) {
    opened.page.dispatchEvent(Object.assign(new Event(name), { persisted: true }))
  }
  opened.document.dispatchEvent(new Event('visibilitychange'))
  expect(opened.calls).toBe(0)
  expect(opened.manual.timers).toBe(0)
})

it('hears nothing in a process without a page', () => {
  const manual = createManualClock()
  const clock: Clock = { now: () => manual.monotonic(), after: (delayMs, callback) => manual.after(delayMs, callback) }
  onAwakening(clock, () => expect.unreachable(), {})()
  expect(manual.timers).toBe(0)
})
