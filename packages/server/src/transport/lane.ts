const frames: unique symbol = Symbol('telltale.lane')

/**
 * A stream of frames that only our own adapter takes out. What stands between a procedure and its adapter would wrap an
 * async iterable, and every frame would pay for it; this is none until it has arrived.
 */
export class Lane {
  readonly [frames]: AsyncIterable<unknown>

  constructor(iterable: AsyncIterable<unknown>) {
    this[frames] = iterable
  }
}

/** The stream in a lane; anything else as it is. */
export function takeOutOfLane(value: unknown): unknown {
  return value instanceof Lane ? value[frames] : value
}
