import type { ReadableStore } from '@telltale/client'
import { act, cleanup, render, screen } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { useStore } from './use-store.ts'

interface View {
  readonly count: number
  readonly list: readonly string[]
}

/** A store that a test writes to, and that knows who listens. */
function createStore(value: View) {
  const listeners = new Set<() => void>()
  const store: ReadableStore<View> = {
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    getSnapshot: () => value,
  }
  return {
    store,
    listeners,
    set: (next: View): void => {
      value = next
      for (const listener of [...listeners]) listener()
    },
  }
}

type Select = (view: View) => unknown

/** A component that shows what it selects, and notes each value it rendered. */
function createShow() {
  const rendered: unknown[] = []
  function Show({
    store,
    select,
    isEqual,
  }: {
    store: ReadableStore<View>
    select: Select
    isEqual?: typeof Object.is
  }) {
    const selected = useStore(store, select, isEqual)
    rendered.push(selected)
    return <p>{JSON.stringify(selected)}</p>
  }
  return { Show, rendered }
}

const shown = (): string | null => screen.getByRole('paragraph').textContent

afterEach(cleanup)

describe('useStore', () => {
  it('renders again only when what it selects is another value', () => {
    const { store, set } = createStore({ count: 1, list: [] })
    const { Show, rendered } = createShow()
    render(<Show store={store} select={({ count }) => count} />)
    act(() => set({ count: 1, list: ['a'] }))
    act(() => set({ count: 1, list: ['a', 'b'] }))
    expect(rendered).toEqual([1])
    act(() => set({ count: 2, list: [] }))
    expect(rendered).toEqual([1, 2])
    expect(shown()).toBe('2')
  })

  it('keeps the value it had where the comparison says that it is the same', () => {
    const { store, set } = createStore({ count: 1, list: ['a'] })
    const { Show, rendered } = createShow()
    const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
    render(<Show store={store} select={({ list }) => ({ list })} isEqual={isEqual} />)
    act(() => set({ count: 2, list: ['a'] }))
    expect(rendered).toHaveLength(1)
    act(() => set({ count: 2, list: ['b'] }))
    expect(rendered).toEqual([{ list: ['a'] }, { list: ['b'] }])
  })

  it('does not go round in circles for a selector written inline that makes a new object each time', () => {
    const { store, set } = createStore({ count: 1, list: [] })
    const { Show, rendered } = createShow()
    const Inline = (): ReactNode => <Show store={store} select={({ count }) => ({ count })} />
    const { rerender } = render(<Inline />)
    rerender(<Inline />)
    expect(rendered).toEqual([{ count: 1 }, { count: 1 }])
    act(() => set({ count: 2, list: [] }))
    expect(shown()).toBe('{"count":2}')
    expect(rendered).toHaveLength(3)
  })

  it('reads with the selector of the last render', () => {
    const { store, set } = createStore({ count: 1, list: ['a'] })
    const { Show } = createShow()
    const { rerender } = render(<Show store={store} select={({ count }) => count} />)
    rerender(<Show store={store} select={({ list }) => list} />)
    expect(shown()).toBe('["a"]')
    act(() => set({ count: 2, list: ['b'] }))
    expect(shown()).toBe('["b"]')
  })

  it('moves to another store, and leaves the one it had', () => {
    const first = createStore({ count: 1, list: [] })
    const second = createStore({ count: 10, list: [] })
    const { Show } = createShow()
    const select: Select = ({ count }) => count
    const { rerender, unmount } = render(<Show store={first.store} select={select} />)
    rerender(<Show store={second.store} select={select} />)
    expect(shown()).toBe('10')
    expect([first.listeners.size, second.listeners.size]).toEqual([0, 1])
    act(() => first.set({ count: 2, list: [] }))
    expect(shown()).toBe('10')
    unmount()
    expect(second.listeners.size).toBe(0)
  })

  it('sees what changed between its first render and its subscription', () => {
    const { store, set } = createStore({ count: 1, list: [] })
    const { Show } = createShow()
    const Late = (): ReactNode => <span ref={() => set({ count: 2, list: [] })} />
    render(
      <>
        <Show store={store} select={({ count }) => count} />
        <Late />
      </>,
    )
    expect(shown()).toBe('2')
  })

  it('is subscribed once in strict mode', () => {
    const { store, listeners } = createStore({ count: 1, list: [] })
    const { Show } = createShow()
    render(<Show store={store} select={({ count }) => count} />, { wrapper: StrictMode })
    expect(listeners.size).toBe(1)
  })
})
