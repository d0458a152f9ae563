import { describe, expect, it } from 'vitest'
import { toBatches } from './batches.ts'

const limits = { countMax: 3, sizeMax: 10, sizeOf: (item: number) => item }

async function* from(items: readonly number[]): AsyncGenerator<number> {
  yield* items
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

describe('batches', () => {
  it('hold at most so many items, in order', async () => {
    const batches = await collect(toBatches(from([1, 1, 1, 2, 2, 2, 3]), limits))
    expect(batches).toEqual([[1, 1, 1], [2, 2, 2], [3]])
  })

  it('weigh at most so much; what is heavier goes alone', async () => {
    const batches = await collect(toBatches(from([6, 4, 1, 11, 12, 5]), limits))
    expect(batches).toEqual([[6, 4], [1], [11], [12], [5]])
  })

  it('are none when nothing comes', async () => {
    expect(await collect(toBatches(from([]), limits))).toEqual([])
  })

  it('do not keep an item waiting for the next', async () => {
    const never = Promise.withResolvers<never>()
    async function* slow(): AsyncGenerator<number> {
      yield 1
      await never.promise
    }
    expect(await toBatches(slow(), limits).next()).toEqual({ done: false, value: [1] })
  })

  it('are what came while the consumer was busy', async () => {
    const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
    async function* gated(): AsyncGenerator<number> {
      yield 0
      for (const [index, gate] of gates.entries()) {
        await gate.promise
        yield index + 1
      }
    }
    const batches = toBatches(gated(), limits)
    expect((await batches.next()).value).toEqual([0])
    for (const gate of gates) gate.resolve()
    expect((await batches.next()).value).toEqual([1, 2, 3])
  })

  it('come before what the source failed with while they were gathered', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 1
      throw new Error('the pipe broke')
    }
    const batches = toBatches(broken(), limits)
    expect((await batches.next()).value).toEqual([1])
    await expect(batches.next()).rejects.toThrow('the pipe broke')
  })

  it('come before what the source failed with while the consumer was busy', async () => {
    const failure = Promise.withResolvers<never>()
    async function* broken(): AsyncGenerator<number> {
      yield 1
      await failure.promise
    }
    const batches = toBatches(broken(), limits)
    expect((await batches.next()).value).toEqual([1])
    failure.reject(new Error('the pipe broke'))
    await expect(failure.promise).rejects.toThrow()
    await expect(batches.next()).rejects.toThrow('the pipe broke')
  })
})
