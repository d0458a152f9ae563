import type { PresenceView, ReceivedUpdate, StreamView, TelltaleClient } from '@telltale/client'
import { defaultCategories, defineContract } from '@telltale/contract'
import type { StatusUpdate } from '@telltale/contract/wire'
import { describe, expectTypeOf, it } from 'vitest'
import { createTelltaleReact } from './create.ts'
import { useStatusStream as usePlainStream } from './index.ts'

// Made of the default schemas, because the hooks have no zod, not even for their tests.
const contract = defineContract({
  categories: {
    ...defaultCategories,
    parsed: defaultCategories.progress.pick({ current: true, total: true }).required(),
  },
})
type AppContract = typeof contract
const { TelltaleProvider, usePresence, usePublishStatus, useStatusHistory, useStatusStream, useTelltaleClient } =
  createTelltaleReact<AppContract>()
const conversationId = 'c1'

describe('useStatusStream', () => {
  it('narrows the updates to the categories it was asked for', () => {
    const Component = (): null => {
      const { updates, latest, counts, integrity, missed } = useStatusStream({
        conversationId,
        categories: ['tool', 'parsed'],
      })
      const [update] = updates
      expectTypeOf(updates).toEqualTypeOf<readonly ReceivedUpdate<AppContract, 'tool' | 'parsed'>[]>()
      expectTypeOf<(typeof updates)[number]['category']>().toEqualTypeOf<'tool' | 'parsed'>()
      if (update?.category === 'parsed') expectTypeOf(update.metadata.current).toBeNumber()
      expectTypeOf(latest.tool).toEqualTypeOf<StatusUpdate<AppContract, 'tool'> | undefined>()
      expectTypeOf(counts).toEqualTypeOf<{ readonly tool?: number; readonly parsed?: number }>()
      expectTypeOf(integrity).toEqualTypeOf<'catching-up' | 'live' | 'gap'>()
      expectTypeOf(missed).toBeNumber()
      // @ts-expect-error info was not asked for
      void latest.info
      return null
    }
    expectTypeOf(Component).toBeFunction()
  })

  it('has every category when it names none', () => {
    const useAll = () => useStatusStream({ conversationId })
    expectTypeOf<ReturnType<typeof useAll>>().toEqualTypeOf<StreamView<AppContract>>()
  })

  it('gives what its selector picks', () => {
    const useTool = () => useStatusStream({ conversationId }, (view) => view.latest.tool)
    expectTypeOf<ReturnType<typeof useTool>>().toEqualTypeOf<StatusUpdate<AppContract, 'tool'> | undefined>()
    const useCurrent = () =>
      useStatusStream({ conversationId, categories: ['parsed'] }, (view) => {
        expectTypeOf(view).toEqualTypeOf<StreamView<AppContract, 'parsed'>>()
        return view.latest.parsed?.metadata.current ?? 0
      })
    expectTypeOf<ReturnType<typeof useCurrent>>().toBeNumber()
    const usePair = () =>
      useStatusStream(
        { conversationId },
        ({ missed, integrity }) => ({ missed, integrity }),
        (a, b) => a.missed === b.missed,
      )
    expectTypeOf<ReturnType<typeof usePair>['missed']>().toBeNumber()
    // @ts-expect-error info was not asked for, so a selector does not find it
    const useOther = () => useStatusStream({ conversationId, categories: ['parsed'] }, (view) => view.latest.info)
    expectTypeOf(useOther).toBeFunction()
  })

  it('cannot be asked for a category that does not exist, or for no conversation', () => {
    const useWrong = (): void => {
      // @ts-expect-error it is spelled parsed
      useStatusStream({ conversationId, categories: ['parsd'] })
      // @ts-expect-error a stream is about a conversation
      useStatusStream({ categories: ['tool'] })
      // @ts-expect-error the hooks of the six defaults know no other category
      usePlainStream({ conversationId, categories: ['parsed'] })
    }
    expectTypeOf(useWrong).toBeFunction()
  })
})

describe('the other hooks', () => {
  it('publish and page with the types of the contract', () => {
    const useBoth = (): void => {
      const { mutate } = usePublishStatus()
      mutate({ conversationId, category: 'parsed', text: 'Parsed', metadata: { current: 1, total: 2 } })
      // @ts-expect-error current is a number
      mutate({ conversationId, category: 'parsed', text: 'Parsed', metadata: { current: '1', total: 2 } })
      // @ts-expect-error parsed needs its metadata, always
      mutate({ conversationId, category: 'parsed', text: 'Parsed' })
      // @ts-expect-error it is spelled parsed
      mutate({ conversationId, category: 'parsd', text: 'Parsed' })
      // @ts-expect-error an update is about a conversation
      mutate({ category: 'tool', text: 'Searching' })
      const { data } = useStatusHistory({ conversationId, categories: ['parsed'] })
      const update = data?.pages[0]?.updates[0]
      expectTypeOf(update).toEqualTypeOf<StatusUpdate<AppContract, 'parsed'> | undefined>()
      // @ts-expect-error it is spelled parsed
      useStatusHistory({ conversationId, categories: ['parsd'] })
    }
    expectTypeOf(useBoth).toBeFunction()
  })
})

describe('usePresence', () => {
  it('has members with their connections, or what its selector picks', () => {
    const useAll = () => usePresence({ conversationId })
    expectTypeOf<ReturnType<typeof useAll>>().toEqualTypeOf<PresenceView>()
    const useCount = () => usePresence({ conversationId }, ({ members }) => members.length)
    expectTypeOf<ReturnType<typeof useCount>>().toBeNumber()
    const useWrong = (): void => {
      // @ts-expect-error presence is of a conversation
      usePresence({})
      // @ts-expect-error it is the same for all categories
      usePresence({ conversationId, categories: ['tool'] })
    }
    expectTypeOf(useWrong).toBeFunction()
  })
})

describe('the provider', () => {
  const client = {} as TelltaleClient<AppContract>

  it('takes a client of the same contract', () => {
    expectTypeOf(<TelltaleProvider client={client}>text</TelltaleProvider>).toBeObject()
    expectTypeOf(useTelltaleClient).returns.toEqualTypeOf<TelltaleClient<AppContract>>()
    // @ts-expect-error a client of the six defaults does not know what is published here
    expectTypeOf(<TelltaleProvider client={{} as TelltaleClient} />).toBeObject()
    // @ts-expect-error without a client there is nothing to provide
    expectTypeOf(<TelltaleProvider />).toBeObject()
  })
})
