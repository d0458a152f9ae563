/** Something that can be read now and tells of changes; what React's `useSyncExternalStore` takes. */
export interface ReadableStore<T> {
  /** The answer stops it. */
  readonly subscribe: (listener: () => void) => () => void
  /** The same object until something changed. */
  readonly getSnapshot: () => T
}

/** A store with one writer. */
export class Store<T> implements ReadableStore<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // One entry a subscription: the same listener may come twice.
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  readonly getSnapshot = (): T => this.#value

  /** Changes the value and tells, unless it is the same. A listener that throws keeps nobody from hearing. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) callSafely(listener)
  }
}

/** Calls a user's callback; what it throws is reported as uncaught, where it belongs, and breaks nothing here. */
export function callSafely<TArgs extends unknown[]>(callback: (...args: TArgs) => unknown, ...args: TArgs): void {
  try {
    callback(...args)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
