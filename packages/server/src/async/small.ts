/** A set that mostly holds one thing or none: until there are two, it takes no more than itself. */
export class SmallSet<T extends object> implements Iterable<T> {
  #only: T | null = null
  #all: Set<T> | null = null

  get size(): number {
    return this.#all?.size ?? (this.#only ? 1 : 0)
  }

  /** The one thing in it; `null` as soon as there were two. */
  get only(): T | null {
    return this.#only
  }

  add(item: T): void {
    if (this.#all) this.#all.add(item)
    else if (!this.#only) this.#only = item
    else if (this.#only !== item) {
      this.#all = new Set([this.#only, item])
      this.#only = null
    }
  }

  /** Answers whether it was there. */
  delete(item: T): boolean {
    if (this.#all) return this.#all.delete(item)
    if (this.#only !== item) return false
    this.#only = null
    return true
  }

  [Symbol.iterator](): Iterator<T> {
    if (this.#all) return this.#all.values()
    return (this.#only ? [this.#only] : []).values()
  }
}

/** A map of the same kind. */
export class SmallMap<TKey, TValue extends object> {
  #key: TKey | null = null
  #value: TValue | null = null
  #all: Map<TKey, TValue> | null = null

  get size(): number {
    return this.#all?.size ?? (this.#value ? 1 : 0)
  }

  /** The one value in it; `null` as soon as there were two. */
  get only(): TValue | null {
    return this.#value
  }

  get(key: TKey): TValue | undefined {
    if (this.#all) return this.#all.get(key)
    return this.#value && this.#key === key ? this.#value : undefined
  }

  has(key: TKey): boolean {
    return this.get(key) !== undefined
  }

  set(key: TKey, value: TValue): void {
    if (this.#all) this.#all.set(key, value)
    else if (!this.#value || this.#key === key) {
      this.#key = key
      this.#value = value
    } else {
      this.#all = new Map<TKey, TValue>().set(this.#key as TKey, this.#value).set(key, value)
      this.#key = null
      this.#value = null
    }
  }

  /** Answers whether it was there. */
  delete(key: TKey): boolean {
    if (this.#all) return this.#all.delete(key)
    if (!this.has(key)) return false
    this.#key = null
    this.#value = null
    return true
  }

  values(): Iterable<TValue> {
    if (this.#all) return this.#all.values()
    return this.#value ? [this.#value] : []
  }
}
