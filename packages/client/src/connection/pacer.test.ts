import { expect, it } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { Pacer } from './pacer.ts'

function open() {
  const clock = createManualClock()
  const pacer = new Pacer(clock)
  let waited = 0
  /** Begins a wait; the answer settles once what is due has been told. */
  const wait = (): void => void pacer.wait().then(() => waited++)
  const told = async (): Promise<number> => {
    await Promise.resolve()
    return waited
  }
  return { clock, pacer, wait, told }
}

it('waits for nothing when nothing was planned', async () => {
  const { wait, told } = open()
  wait()
  expect(await told()).toBe(1)
})

it('waits as long as was planned, and once only', async () => {
  const { clock, pacer, wait, told } = open()
  pacer.plan(500)
  wait()
  clock.advance(499)
  expect(await told()).toBe(0)
  clock.advance(1)
  expect(await told()).toBe(1)
  wait()
  expect(await told()).toBe(2)
  expect(clock.timers).toBe(0)
})

it('is hurried when the world has changed, and leaves no timer', async () => {
  const { clock, pacer, wait, told } = open()
  pacer.plan(20_000)
  wait()
  pacer.hurry()
  expect(await told()).toBe(1)
  expect(clock.timers).toBe(0)
})

it('is not hurried by what was before it began to wait', async () => {
  const { clock, pacer, wait, told } = open()
  pacer.plan(500)
  pacer.hurry()
  wait()
  expect(await told()).toBe(0)
  clock.advance(500)
  expect(await told()).toBe(1)
})

it('keeps nobody waiting at the end, and nobody after it', async () => {
  const { clock, pacer, wait, told } = open()
  pacer.plan(500)
  wait()
  pacer.end()
  expect(await told()).toBe(1)
  pacer.plan(500)
  wait()
  expect(await told()).toBe(2)
  expect(clock.timers).toBe(0)
})
