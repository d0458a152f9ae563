import type { ReadableStore } from '@telltale/client'
import { useRef, useSyncExternalStore } from 'react'

/**
 * The one hook that touches a store. Reads what a selector picks, and renders again only when that is another value.
 * On the server it reads what the store holds before anything came.
 */
export function useStore<T, TSelected>(
  store: ReadableStore<T>,
  select: (value: T) => TSelected,
  isEqual: (a: TSelected, b: TSelected) => boolean = Object.is,
): TSelected {
  const memo = useRef<{ value: T; select: (value: T) => TSelected; selected: TSelected } | null>(null)
  const read = (): TSelected => {
    const value = store.getSnapshot()
    const known = memo.current
    if (known && known.value === value && known.select === select) return known.selected
    const next = select(value)
    const selected = known && isEqual(known.selected, next) ? known.selected : next
    memo.current = { value, select, selected }
    return selected
  }
  return useSyncExternalStore(store.subscribe, read, read)
}
