import { createTelltaleClient, type StatusStream, type StreamView, sessionPlaces } from '@telltale/client'
import { createTelltaleReact } from '@telltale/react'
import { type Access, createTelltale, type Identity, jwtAccess } from '@telltale/server'
import { describe, expectTypeOf, it } from 'vitest'
import { contract } from './app-contract.ts'

type AppContract = typeof contract
const telltale = createTelltale({ contract })
const client = createTelltaleClient<AppContract>({ url: 'ws://localhost/trpc' })
const { useStatusCategories } = createTelltaleReact<AppContract>()
const conversationId = 'c1'
const secret = 'x'

describe('a stream whose categories are changed', () => {
  const stream = client.status({ conversationId, categories: ['tool', 'info'] })

  it('is typed by what it carries then', async () => {
    const wider = await stream.subscribeCategories(['retrieval'])
    expectTypeOf(wider).toEqualTypeOf<StatusStream<AppContract, 'tool' | 'info' | 'retrieval'>>()
    expectTypeOf(wider.store.getSnapshot()).toEqualTypeOf<StreamView<AppContract, 'tool' | 'info' | 'retrieval'>>()
    for (const update of wider.store.getSnapshot().updates) {
      if (update.category === 'retrieval') expectTypeOf(update.metadata).toEqualTypeOf<{ chunks: number }>()
    }
    const narrower = await wider.unsubscribeCategories(['tool', 'retrieval'])
    expectTypeOf(narrower).toEqualTypeOf<StatusStream<AppContract, 'info'>>()
    // @ts-expect-error it carries info alone
    void narrower.store.getSnapshot().latest.tool
  })

  it('cannot be asked for what the contract does not have', () => {
    // @ts-expect-error it is spelled retrieval
    void stream.subscribeCategories(['retreival'])
    // @ts-expect-error to be rid of it, too
    void stream.unsubscribeCategories(['retreival'])
    // @ts-expect-error a list of names
    void stream.subscribeCategories('tool')
    // @ts-expect-error which ones
    void stream.subscribeCategories()
  })

  it('names what it carries', () => {
    expectTypeOf(stream.categories).toEqualTypeOf<readonly (keyof AppContract['categories'])[]>()
    // @ts-expect-error what it carries is changed by asking
    stream.categories = ['tool']
  })

  it('has a hook of the same names', () => {
    const useToggle = () => {
      const { categories, available, subscribeCategories, unsubscribeCategories } = useStatusCategories({
        conversationId,
        categories: ['tool'],
      })
      expectTypeOf(available).toEqualTypeOf<readonly (keyof AppContract['categories'])[]>()
      expectTypeOf(categories).toEqualTypeOf(available)
      expectTypeOf(subscribeCategories(['retrieval'])).toEqualTypeOf<Promise<void>>()
      expectTypeOf(unsubscribeCategories(available)).toEqualTypeOf<Promise<void>>()
      // @ts-expect-error it is spelled retrieval
      void subscribeCategories(['retreival'])
      // @ts-expect-error a stream is about a conversation
      useStatusCategories({ categories: ['tool'] })
      // @ts-expect-error it is spelled retrieval
      useStatusCategories({ conversationId, categories: ['retreival'] })
    }
    expectTypeOf(useToggle).toBeFunction()
  })
})

describe('jwtAccess', () => {
  it('is an access like any other', () => {
    expectTypeOf(jwtAccess({ secret })).toEqualTypeOf<Access>()
    createTelltale({ access: jwtAccess({ secret, issuer: ['a', 'b'], audience: 'telltale', lifetimeMaxSeconds: 60 }) })
    jwtAccess({ secret, toIdentity: async ({ sub }) => (sub === undefined ? null : { userId: sub }) })
    jwtAccess({ secret, authorize: async (identity, action) => identity.userId === 'ada' && action !== 'publish' })
  })

  it('refuses what it could only misread', () => {
    // @ts-expect-error there is nothing to check with
    jwtAccess()
    // @ts-expect-error it is spelled secret
    jwtAccess({ secrets: 'x' })
    // @ts-expect-error a secret is a text or bytes
    jwtAccess({ secret: 1 })
    // @ts-expect-error an environment variable may not be there
    jwtAccess({ secret: process.env['JWT_SECRET'] })
    // @ts-expect-error a list
    jwtAccess({ secret, algorithms: 'HS256' })
    // @ts-expect-error a number of seconds
    jwtAccess({ secret, lifetimeMaxSeconds: '14d' })
    // @ts-expect-error an identity has a userId
    jwtAccess({ secret, toIdentity: ({ sub }) => ({ id: sub }) })
    // @ts-expect-error yes or no
    jwtAccess({ secret, authorize: () => 'yes' })
    // @ts-expect-error there is no action of that name
    jwtAccess({ secret, authorize: (_identity, action) => action === 'read' })
  })
})

describe('an access of one’s own', () => {
  it('says who it is, and may say until when and since when', () => {
    const identity: Identity = { userId: 'ada', expiresAt: Date.now(), issuedAt: Date.now(), team: 'engines' }
    createTelltale({ access: { authenticate: () => identity, authorize: ({ team }) => team === 'engines' } })
    const ends = new Date()
    // @ts-expect-error milliseconds since 1970, not a Date
    createTelltale({ access: { authenticate: () => ({ userId: 'ada', expiresAt: ends }), authorize: () => true } })
    // @ts-expect-error both questions have to be answered
    createTelltale({ access: { authenticate: () => identity } })
    // @ts-expect-error there is no yes by default
    createTelltale({ access: true })
  })
})

describe('taking back', () => {
  it('names the user, and the conversation where it is one', () => {
    expectTypeOf(telltale.revoke({ userId: 'ada', conversationId })).toEqualTypeOf<{ readonly streams: number }>()
    expectTypeOf(telltale.disconnect({ userId: 'ada' })).toEqualTypeOf<{ readonly connections: number }>()
    // @ts-expect-error in which conversation
    telltale.revoke({ userId: 'ada' })
    // @ts-expect-error from whom
    telltale.revoke({ conversationId })
    // @ts-expect-error two texts look the same
    telltale.revoke('ada', conversationId)
    // @ts-expect-error a connection is of a user
    telltale.disconnect({})
    // @ts-expect-error to take back one conversation is another call
    telltale.disconnect({ userId: 'ada', conversationId })
  })
})

describe('what else a client may be told', () => {
  it('is where streams are kept, and how much may wait', () => {
    createTelltaleClient({ url: 'ws://localhost/trpc', places: sessionPlaces(), pendingMax: 10 })
    createTelltaleClient({ url: 'ws://localhost/trpc', places: { get: () => null, set: () => undefined } })
    // @ts-expect-error a storage of the browser has other names
    createTelltaleClient({ url: 'ws://localhost/trpc', places: globalThis.sessionStorage })
  })

  it('is how long an update is worth being said', () => {
    telltale.status.update(conversationId, 'info', 'Soon', {}, { ttlMs: 1_000, priority: 'low' })
    void client.publish({ conversationId, category: 'info', text: 'Soon', ttlMs: 1_000, priority: 'high' })
    // @ts-expect-error low, normal or high
    void client.publish({ conversationId, category: 'info', text: 'Soon', priority: 'urgent' })
    // @ts-expect-error milliseconds
    void client.publish({ conversationId, category: 'info', text: 'Soon', ttlMs: '1s' })
  })
})
