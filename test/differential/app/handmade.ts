import type { AppRoot } from './root.ts'
import { stopOf } from './streams.ts'

/** Subscriptions whose iterators no generator made, with the manners of none. */
export function createHandmade(t: AppRoot) {
  const { procedure } = t
  return t.router({
    noted: procedure.subscription(({ ctx }) => {
      let count = 0
      return iterableOf({
        next: async () => {
          ctx.stage.note('next')
          return ++count > 1 ? { done: true, value: undefined } : { done: false, value: count }
        },
        return: async () => {
          ctx.stage.note('return')
          return { done: true, value: undefined }
        },
      })
    }),
    withoutReturn: procedure.subscription(() => {
      const first = Promise.withResolvers<IteratorResult<number>>()
      first.resolve({ done: false, value: 1 })
      let count = 0
      return iterableOf({ next: () => (count++ === 0 ? first.promise : new Promise(() => {})) })
    }),
    throwsOutright: procedure.subscription(() => {
      let count = 0
      return iterableOf({
        next: () => {
          if (++count > 1) throw new Error('thrown outright')
          return Promise.resolve({ done: false, value: count })
        },
      })
    }),
    withoutIterator: procedure.subscription(
      (): AsyncIterable<number> => ({
        [Symbol.asyncIterator]: () => {
          throw new Error('there is no iterator')
        },
      }),
    ),
    returnsOnAbort: procedure.subscription(({ signal }) =>
      iterableOf({
        next: () => Promise.reject(new Error('it broke')),
        return: async () => {
          await stopOf(signal)
          return { done: true, value: undefined }
        },
      }),
    ),
    disposable: procedure.subscription(({ ctx }) => {
      let count = 0
      const iterator = {
        next: () => (count++ === 0 ? Promise.resolve({ done: false, value: 1 }) : new Promise<never>(() => {})),
        [Symbol.asyncDispose]: async () => ctx.stage.note('disposed'),
      }
      return iterableOf(iterator)
    }),
    failsTwice: procedure.subscription(() =>
      iterableOf({
        next: () => Promise.reject(new Error('it broke')),
        return: () => Promise.reject(new Error('and so did its cleanup')),
      }),
    ),
  })
}

function iterableOf(iterator: AsyncIterator<number>): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => iterator }
}
