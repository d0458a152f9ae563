import type { PositionedFrame } from '@telltale/contract'

/**
 * The way frames take to a socket of ours. What they are pulled from is an iterable as everywhere, but it is hidden from
 * what stands between a procedure and its adapter, which would wrap it and slow every frame. And while a reader has
 * nothing to wait for, frames are pushed past it, straight to the socket.
 */
export class Lane {
  readonly frames: AsyncIterable<PositionedFrame>
  #sink: ((frame: PositionedFrame) => void) | null = null

  /** @param open makes the iterable; what it pushes goes to whoever serves the lane. */
  constructor(open: (push: (frame: PositionedFrame) => void) => AsyncIterable<PositionedFrame>) {
    this.frames = open((frame) => this.#sink?.(frame))
  }

  /** To be called by the adapter before it pulls. */
  serve(sink: (frame: PositionedFrame) => void): void {
    this.#sink = sink
  }
}
