import type { PositionedFrame } from '@telltale/contract'

/** Where the frames of a lane go. */
export interface LaneSink {
  frame(frame: PositionedFrame): void
  ended(): void
  failed(error: unknown): void
}

/**
 * The fast way of frames to a socket of ours: a procedure returns it in the place of an iterable, and whoever serves the
 * socket has the frames pushed to it, past everything that stands between a procedure and its adapter.
 */
export class Lane {
  readonly #begin: (sink: LaneSink) => { abort(): void }
  /** To be called when nobody is there any more to serve it. */
  readonly discard: () => void

  constructor(begin: (sink: LaneSink) => { abort(): void }, discard: () => void) {
    this.#begin = begin
    this.discard = discard
  }

  /** Begins to push. The answer stops it. */
  serve(sink: LaneSink): { abort(): void } {
    return this.#begin(sink)
  }
}

/** The procedure that each call of ours goes to, by its signal. */
const offered = new WeakMap<AbortSignal, string>()

/** Says that the procedure of a path may answer this call with a lane. */
export function offerLane(signal: AbortSignal, path: string): void {
  offered.set(signal, path)
}

/** Whether whoever called will serve a lane. An app's procedure that calls another in its turn wants what its type says. */
export function isLaneOffered(signal: AbortSignal | undefined, path: string): boolean {
  return signal !== undefined && offered.get(signal) === path
}
