import { setImmediate } from 'node:timers/promises'

/** Bounds of a batch. */
export interface BatchLimits<T> {
  readonly countMax: number
  /** Most that the items of a batch weigh together; an item that is heavier goes alone. */
  readonly sizeMax: number
  readonly sizeOf: (item: T) => number
}

/**
 * Puts items together, in order. An item never waits for the next one; what comes while the consumer is busy with one
 * batch is the next.
 */
export async function* toBatches<T>(items: AsyncIterable<T>, limits: BatchLimits<T>): AsyncGenerator<T[], void> {
  const { countMax, sizeMax, sizeOf } = limits
  const iterator = items[Symbol.asyncIterator]()
  let head = iterator.next()
  for (;;) {
    const batch: T[] = []
    let size = 0
    let arrived: IteratorResult<T> | undefined = await head
    while (arrived && !arrived.done) {
      const itemSize = sizeOf(arrived.value)
      if (batch.length === countMax || (batch.length > 0 && size + itemSize > sizeMax)) break
      batch.push(arrived.value)
      size += itemSize
      head = iterator.next()
      // A source that fails is thrown by the next round: what came before it is handed out first.
      arrived = await Promise.race([head.catch(() => undefined), setImmediate(undefined)])
    }
    if (batch.length > 0) yield batch
    if (arrived?.done) return
  }
}
