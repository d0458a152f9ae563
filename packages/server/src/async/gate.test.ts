import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { SignalledGate } from './gate.ts'

function setUp() {
  const state = { room: 1 }
  const clock = createManualClock()
  const room = {
    get hasRoom() {
      return state.room > 0
    },
  }
  const gate = new SignalledGate(room, clock)
  const passed: string[] = []
  const enter = (name: string, signal = new AbortController().signal): void => {
    const wait = gate.enter(signal)
    if (wait) void wait.then(() => passed.push(name))
    else passed.push(name)
  }
  return { state, clock, gate, passed, enter }
}

describe('gate', () => {
  it('lets pass while there is room', () => {
    const { passed, enter } = setUp()
    enter('a')
    enter('b')
    expect(passed).toEqual(['a', 'b'])
  })

  it('lets those who wait in one at a time, in order, and nobody past them', async () => {
    const { state, clock, gate, passed, enter } = setUp()
    state.room = 0
    for (const name of ['a', 'b', 'c']) enter(name)
    state.room = 1
    enter('d')
    gate.release()
    gate.release()
    await Promise.resolve()
    expect(passed).toEqual(['a'])
    state.room = 0 // what a sent fills the room
    clock.settle()
    await Promise.resolve()
    expect(passed).toEqual(['a'])
    state.room = 1
    gate.release()
    await Promise.resolve()
    expect(passed).toEqual(['a', 'b'])
  })

  it('goes on to the next when the one let in had nothing to send', async () => {
    const { state, clock, gate, passed, enter } = setUp()
    state.room = 0
    for (const name of ['a', 'b', 'c']) enter(name)
    state.room = 1
    gate.release()
    clock.settle()
    await Promise.resolve()
    expect(passed).toEqual(['a', 'b', 'c'])
  })

  it('ends the wait on abort, and the place goes to the next', async () => {
    const { state, gate, passed, enter } = setUp()
    state.room = 0
    const leaving = new AbortController()
    enter('leaves', leaving.signal)
    enter('stays')
    leaving.abort()
    await Promise.resolve()
    expect(passed).toEqual(['leaves'])
    state.room = 1
    gate.release()
    await Promise.resolve()
    expect(passed).toEqual(['leaves', 'stays'])
  })

  it('lets everybody go when it is opened for good', async () => {
    const { state, gate, passed, enter } = setUp()
    state.room = 0
    for (const name of ['a', 'b']) enter(name)
    gate.open()
    await Promise.resolve()
    expect(passed).toEqual(['a', 'b'])
  })
})
