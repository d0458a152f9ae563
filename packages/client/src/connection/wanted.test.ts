import { describe, expect, it } from 'vitest'
import { Wanted } from './wanted.ts'

const subscription = (id: number, lastEventId?: string) => ({
  id,
  method: 'subscription',
  params: { path: 'status.subscribe', input: { json: { conversationId: `c${id}` } }, lastEventId },
})
const stop = (id: number) => ({ id, method: 'subscription.stop' })
const query = (id: number) => ({ id, method: 'query', params: { path: 'status.categories' } })
const take = (wanted: Wanted, ...messages: object[]) => wanted.take(JSON.stringify(messages))
const hear = (wanted: Wanted, message: object): unknown => wanted.heard(JSON.stringify(message))
const asked = (wanted: Wanted): unknown => JSON.parse(JSON.stringify(wanted.toRequests().flat()))
const nothing = { isChanged: false, stopped: [], refused: [], calls: [] }

describe('Wanted', () => {
  it('asks for each subscription behind the last event it had, or behind what it came with', () => {
    const wanted = new Wanted()
    expect(take(wanted, subscription(1), subscription(2, 'before'), subscription(3))).toEqual({
      ...nothing,
      isChanged: true,
    })
    hear(wanted, { id: 1, result: { type: 'data', id: 'p1', data: {} } })
    hear(wanted, { id: 1, result: { type: 'data', id: 'p2', data: {} } })
    expect(asked(wanted)).toEqual([subscription(1, 'p2'), subscription(2, 'before'), subscription(3)])
  })

  it('keeps calls apart from subscriptions, and changes nothing for calls alone', () => {
    const wanted = new Wanted()
    const { isChanged, calls } = take(wanted, query(1), subscription(2), query(3))
    expect([isChanged, calls]).toEqual([true, [query(1), query(3)]])
    expect(wanted.take(JSON.stringify(query(4)))).toEqual({ ...nothing, calls: [query(4)] })
    expect(asked(wanted)).toEqual([subscription(2)])
  })

  it('names those that were stopped once, and only those that were there', () => {
    const wanted = new Wanted()
    take(wanted, subscription(1), subscription(2))
    expect(take(wanted, stop(1))).toEqual({ ...nothing, isChanged: true, stopped: [1] })
    expect(take(wanted, stop(1), stop(9))).toEqual(nothing)
    expect(asked(wanted)).toEqual([subscription(2)])
    take(wanted, stop(2))
    expect(wanted.isEmpty).toBe(true)
  })

  it('does not ask again for what the server ended or refused', () => {
    const wanted = new Wanted()
    take(wanted, subscription(1), subscription(2), subscription(3))
    hear(wanted, { id: 1, result: { type: 'stopped' } })
    hear(wanted, { id: 2, error: { message: 'no such conversation' } })
    expect(asked(wanted)).toEqual([subscription(3)])
  })

  it('is starting until the server said something of each', () => {
    const wanted = new Wanted()
    expect(wanted.isStarting).toBe(false)
    take(wanted, subscription(1), subscription(2), subscription(3))
    hear(wanted, { id: 1, result: { type: 'started' } })
    hear(wanted, { id: 2, error: {} })
    expect(wanted.isStarting).toBe(true)
    take(wanted, stop(3))
    expect(wanted.isStarting).toBe(false)
  })

  it('takes no place from what is late for a subscription that was stopped', () => {
    const wanted = new Wanted()
    take(wanted, subscription(1))
    take(wanted, stop(1))
    hear(wanted, { id: 1, result: { type: 'data', id: 'late', data: {} } })
    take(wanted, subscription(1))
    expect(asked(wanted)).toEqual([subscription(1)])
  })
})
