import type { TelltaleError } from '@telltale/contract'

/** Leave to read something, for as long as nobody takes it back. */
export interface Permit {
  /** Why it is over, `done` when there is nothing to say; `null` while it holds. Whoever reads by it looks before each frame. */
  readonly over: TelltaleError | 'done' | null
  /** Called when it is over, so that one who waits wakes. */
  onOver: () => void
  /** Gives it back; again does nothing. */
  release(): void
}

/** Issues the permit of a stream that begins. Throws when what was allowed was taken back since. */
export type Admit = (streamId: string) => Permit
