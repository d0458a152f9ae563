import { parsePosition } from '@telltale/contract/wire'

/**
 * Keeps where streams are beyond the life of a page: what came while it was reloaded is then delivered, or told as a gap.
 * What it holds is no secret: places, and none of what was read. What it throws is passed over.
 */
export interface PlaceStore {
  get(name: string): string | null
  set(name: string, place: string): void
}

/** Where a stream was. */
export interface KeptPlace {
  readonly position: string
  readonly streamId: string
}

/** The place of one stream. */
export interface PlaceKeeper {
  read(): KeptPlace | null
  write(place: KeptPlace): void
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
        const [position, streamId] = (store.get(name) ?? '').split(' ')
        if (position === undefined || streamId === undefined || !parsePosition(position)) return null
        return { position, streamId }
      } catch {
        return null
      }
    },
    write({ position, streamId }) {
      try {
        store.set(name, `${position} ${streamId}`)
      } catch {
        // A full or forbidden storage takes the comfort away, and nothing else.
      }
    },
  }
}
