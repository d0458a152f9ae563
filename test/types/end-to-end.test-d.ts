import { createTelltaleClient, type StreamView } from '@telltale/client'
import type { Frame, StatusSnapshot, StatusUpdate } from '@telltale/contract'
import { createTelltaleReact } from '@telltale/react'
import { createTelltale } from '@telltale/server'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { describe, expectTypeOf, it } from 'vitest'
import { contract } from './app-contract.ts'

type AppContract = typeof contract
type Category = 'engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info' | 'retrieval' | 'review'

const telltale = createTelltale({ contract })
const { status } = telltale
const caller = telltale.createCaller({ userId: 'ada' })
const client = createTelltaleClient<typeof contract>({ url: 'ws://localhost/trpc' })
const { useStatusStream, usePublishStatus } = createTelltaleReact<typeof contract>()
const stock = createTRPCClient<typeof telltale.router>({
  links: [wsLink({ client: createWSClient({ url: 'ws://localhost/trpc' }), transformer: superjson })],
})

const conversationId = 'c1'
const text = 'Found passages'
const metadata = { chunks: 1 }

describe('one contract', () => {
  it('names the same categories everywhere, and nobody wrote a type', () => {
    expectTypeOf<StreamView<AppContract>['updates'][number]['category']>().toEqualTypeOf<Category>()
    expectTypeOf<Parameters<typeof status.update>[1]>().toEqualTypeOf<Category>()
    expectTypeOf<Parameters<typeof client.publish>[0]['category']>().toEqualTypeOf<Category>()
    expectTypeOf<Parameters<typeof stock.status.publish.mutate>[0]['category']>().toEqualTypeOf<Category>()
    expectTypeOf<Parameters<typeof caller.status.publish>[0]['category']>().toEqualTypeOf<Category>()
  })

  it('lets every end say what fits it', () => {
    status.retrieval(conversationId, text, metadata)
    status.in(conversationId).review('Reviewed', { verdict: 'good' })
    status.update(conversationId, 'retrieval', text, metadata)
    void caller.status.publish({ conversationId, category: 'retrieval', text, metadata })
    void client.publish({ conversationId, category: 'retrieval', text, metadata })
    void stock.status.publish.mutate({ conversationId, category: 'retrieval', text, metadata })
    void stock.status.publishMany.mutate({ updates: [{ conversationId, category: 'retrieval', text, metadata }] })
    const usePublish = () => usePublishStatus().mutate({ conversationId, category: 'retrieval', text, metadata })
    expectTypeOf(usePublish).toBeFunction()
  })

  it('refuses metadata of the wrong shape at every end', () => {
    const wrong = { chunks: 'one' }
    // @ts-expect-error chunks is a number, for the producer
    status.retrieval(conversationId, text, wrong)
    // @ts-expect-error for the bound handle
    status.in(conversationId).retrieval(text, wrong)
    // @ts-expect-error for the name as a value
    status.update(conversationId, 'retrieval', text, wrong)
    // @ts-expect-error for the caller
    void caller.status.publish({ conversationId, category: 'retrieval', text, metadata: wrong })
    // @ts-expect-error for the client
    void client.publish({ conversationId, category: 'retrieval', text, metadata: wrong })
    // @ts-expect-error for a stock client
    void stock.status.publish.mutate({ conversationId, category: 'retrieval', text, metadata: wrong })
    // @ts-expect-error for the hook
    const usePublish = () => usePublishStatus().mutate({ conversationId, category: 'retrieval', text, metadata: wrong })
    expectTypeOf(usePublish).toBeFunction()
  })

  it('refuses a category it does not have at every end', () => {
    // @ts-expect-error it is spelled retrieval, for the producer
    status.retreival(conversationId, text, metadata)
    // @ts-expect-error for the name as a value
    status.update(conversationId, 'retreival', text, metadata)
    // @ts-expect-error for the caller
    void caller.status.publish({ conversationId, category: 'retreival', text, metadata })
    // @ts-expect-error for a reader on the server
    telltale.subscribe({ conversationId, categories: ['retreival'] })
    // @ts-expect-error for the client
    void client.publish({ conversationId, category: 'retreival', text, metadata })
    // @ts-expect-error for a stream
    client.status({ conversationId, categories: ['retreival'] })
    // @ts-expect-error for a stock client
    void stock.status.publish.mutate({ conversationId, category: 'retreival', text, metadata })
    // @ts-expect-error for the hook
    const useWrong = () => useStatusStream({ conversationId, categories: ['retreival'] })
    expectTypeOf(useWrong).toBeFunction()
  })

  it('refuses a missing conversation at every end', () => {
    // @ts-expect-error where does it belong, asks the producer
    status.retrieval(text, metadata)
    // @ts-expect-error the caller
    void caller.status.publish({ category: 'retrieval', text, metadata })
    // @ts-expect-error a reader on the server
    telltale.subscribe({})
    // @ts-expect-error the client
    void client.publish({ category: 'retrieval', text, metadata })
    // @ts-expect-error a stream
    client.status({})
    // @ts-expect-error a stock client
    void stock.status.publish.mutate({ category: 'retrieval', text, metadata })
    // @ts-expect-error the hook
    const useWrong = () => useStatusStream({})
    expectTypeOf(useWrong).toBeFunction()
  })

  it('makes metadata optional exactly where {} fits, at every end', () => {
    status.tool(conversationId, text)
    void client.publish({ conversationId, category: 'tool', text })
    void stock.status.publish.mutate({ conversationId, category: 'tool', text })
    // @ts-expect-error retrieval has chunks, for the producer
    status.retrieval(conversationId, text)
    // @ts-expect-error for the client
    void client.publish({ conversationId, category: 'retrieval', text })
    // @ts-expect-error for a stock client
    void stock.status.publish.mutate({ conversationId, category: 'retrieval', text })
  })
})

describe('what is read', () => {
  it('narrows by category, from the server to the hook', () => {
    type Review = { verdict: 'good' | 'bad'; at?: string | undefined }
    const verdictOf = (update: StatusUpdate<AppContract, 'retrieval' | 'review'>): void => {
      if (update.category === 'review') expectTypeOf(update.metadata).toEqualTypeOf<Review>()
      else expectTypeOf(update.metadata).toEqualTypeOf<{ chunks: number }>()
    }
    const categories = ['retrieval', 'review'] as const
    const onServer = async (): Promise<void> => {
      for await (const frame of telltale.subscribe({ conversationId, categories })) {
        if (frame.type === 'batch') frame.updates.forEach(verdictOf)
      }
    }
    const inBrowser = async (): Promise<void> => {
      for await (const event of client.status({ conversationId, categories })) {
        if (event.type === 'update') verdictOf(event.update)
      }
    }
    const useVerdict = (): void => useStatusStream({ conversationId, categories }).updates.forEach(verdictOf)
    expectTypeOf([onServer, inBrowser, useVerdict]).toBeArray()
  })

  it('reaches a stock client with all its types', () => {
    stock.status.subscribe.subscribe(
      { conversationId },
      {
        onData: ({ id, data }) => {
          expectTypeOf(id).toBeString()
          expectTypeOf(data).toEqualTypeOf<Frame<StatusUpdate<AppContract>, StatusSnapshot<AppContract>>>()
          if (data.type !== 'batch') return
          for (const update of data.updates) {
            if (update.category === 'retrieval') expectTypeOf(update.metadata).toEqualTypeOf<{ chunks: number }>()
          }
        },
      },
    )
    const snapshot = stock.status.snapshot.query({ conversationId })
    expectTypeOf(snapshot).resolves.toEqualTypeOf<StatusSnapshot<AppContract>>()
  })

  it('keeps its types in an app’s own router', () => {
    const t = initTRPC.create({ transformer: superjson })
    const router = t.router({ telltale: telltale.router, greet: t.procedure.query(() => 'hello') })
    const app = createTRPCClient<typeof router>({
      links: [wsLink({ client: createWSClient({ url: 'ws://localhost/trpc' }), transformer: superjson })],
    })
    void app.telltale.status.publish.mutate({ conversationId, category: 'retrieval', text, metadata })
    // @ts-expect-error retrieval has chunks, there too
    void app.telltale.status.publish.mutate({ conversationId, category: 'retrieval', text })
    expectTypeOf(app.greet.query()).resolves.toBeString()
  })

  it('is what a selector picks from', () => {
    const useChunks = () =>
      useStatusStream({ conversationId }, ({ latest }) => latest.retrieval?.metadata.chunks ?? null)
    expectTypeOf<ReturnType<typeof useChunks>>().toEqualTypeOf<number | null>()
  })
})
