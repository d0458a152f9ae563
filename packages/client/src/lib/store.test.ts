import { afterEach, describe, expect, it, vi } from 'vitest'
import { callSafely, Store } from './store.ts'

/** What would have been reported as uncaught: it is caught here, or it would end the run. */
function catchUncaught(): unknown[] {
  const caught: unknown[] = []
  vi.stubGlobal('queueMicrotask', (callback: () => void) => {
    try {
      callback()
    } catch (error) {
      caught.push(error)
    }
  })
  return caught
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('Store', () => {
  it('gives back the same object until it is set to another', () => {
    const first = { a: 1 }
    const store = new Store(first)
    expect(store.getSnapshot()).toBe(first)
    const second = { a: 1 }
    store.set(second)
    expect(store.getSnapshot()).toBe(second)
  })

  it('tells nobody when it is set to what it is, NaN included', () => {
    const listener = vi.fn()
    const store = new Store<unknown>(Number.NaN)
    store.subscribe(listener)
    store.set(Number.NaN)
    expect(listener).not.toHaveBeenCalled()
    store.set(0)
    store.set(-0)
    expect(listener).toHaveBeenCalledTimes(2)
  })

  it('tells every listener, which can read the new value, until it stops', () => {
    const store = new Store('a')
    const seen: string[] = []
    const stop = store.subscribe(() => seen.push(`first ${store.getSnapshot()}`))
    store.subscribe(() => seen.push(`second ${store.getSnapshot()}`))
    store.set('b')
    stop()
    stop()
    store.set('c')
    expect(seen).toEqual(['first b', 'second b', 'second c'])
  })

  it('works with its methods taken off it, as useSyncExternalStore calls them', () => {
    const { subscribe, getSnapshot, ...rest } = new Store(1)
    expect(getSnapshot()).toBe(1)
    expect(subscribe(() => undefined)).toBeTypeOf('function')
    expect(rest).toEqual({})
  })

  it('goes on to the other listeners when one throws, and reports what it threw', () => {
    const caught = catchUncaught()
    const store = new Store('a')
    const fault = new Error('a fault of the app')
    const second = vi.fn()
    store.subscribe(() => {
      throw fault
    })
    store.subscribe(second)
    store.set('b')
    expect(store.getSnapshot()).toBe('b')
    expect(second).toHaveBeenCalledTimes(1)
    expect(caught).toEqual([fault])
  })

  it('lets a listener stop itself and add others while it is told', () => {
    const store = new Store(0)
    const late = vi.fn()
    const stop = store.subscribe(() => {
      stop()
      store.subscribe(late)
    })
    const steady = vi.fn()
    store.subscribe(steady)
    store.set(1)
    expect([late.mock.calls.length, steady.mock.calls.length]).toEqual([0, 1])
    store.set(2)
    expect([late.mock.calls.length, steady.mock.calls.length]).toEqual([1, 2])
  })
})

describe('callSafely', () => {
  it('hands the arguments on, and keeps what is thrown from the caller', () => {
    const caught = catchUncaught()
    const callback = vi.fn((a: number, b: string) => {
      throw new Error(`${a}${b}`)
    })
    callSafely(callback, 1, 'x')
    expect(callback).toHaveBeenCalledWith(1, 'x')
    expect(caught).toEqual([new Error('1x')])
  })
})
