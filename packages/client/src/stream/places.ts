import { parsePosition } from '@telltale/contract/wire'

/**
 * Keeps where streams are beyond the life of a page: what came while it was reloaded is then delivered, or told as a gap.
 * What it holds is no secret: places, and none of what was read. What it throws is passed over.
 */
export interface PlaceStore {
  get(name: string): string | null
  set(name: string, place: string): void
}

/** The place of one stream. */
export interface PlaceKeeper {
  /** The position that was reached; `null` when none is known. */
  read(): string | null
  write(position: string): void
}

/**
 * Keeps places in the browser's `sessionStorage`: as long as the tab, over reloads of its page, and apart from other tabs.
 *
 * @example
 * ```ts
 * const client = createTelltaleClient({ url: 'ws://localhost:4000/trpc', places: sessionPlaces() })
 * ```
 */
export function sessionPlaces(): PlaceStore {
  // Where pages may not store anything, to ask for the storage throws.
  return {
    get: (name) => globalThis.sessionStorage.getItem(`telltale ${name}`),
    set: (name, place) => globalThis.sessionStorage.setItem(`telltale ${name}`, place),
  }
}

/** The keeper of one stream's place. */
export function createPlaceKeeper(store: PlaceStore, name: string): PlaceKeeper {
  return {
    read() {
      try {
        const position = store.get(name)
        // Whatever else stands there was not written here, and a server would refuse it.
        return position !== null && position.length <= 256 && parsePosition(position) ? position : null
      } catch {
        return null
      }
    },
    write(position) {
      try {
        const setting: unknown = store.set(name, position)
        // One that only promises to keep it may break its word.
        if (setting instanceof Promise) setting.catch(() => undefined)
      } catch {
        // A full or forbidden storage takes the comfort away, and nothing else.
      }
    },
  }
}
