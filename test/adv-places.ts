import { createTelltaleClient } from '@telltale/client'
import { startServer } from './support/live-server.ts'
const server = await startServer()
const store = new Map<string,string>()
const mk = () => createTelltaleClient({ url: server.url, places: { get: (n) => store.get(n) ?? null, set: (n, p) => void store.set(n, p) } })
const a = mk()
const got: string[] = []
a.status({ conversationId: 'c' }).subscribe({ update: (u) => got.push(u.text) })
while (a.status({ conversationId: 'c' }).store.getSnapshot().integrity !== 'live') await new Promise((r) => setTimeout(r, 20))
server.telltale.status.info('c', 'one')
await new Promise((r) => setTimeout(r, 200))
await a.close()
server.telltale.status.info('c', 'two')
const b = mk()
b.status({ conversationId: 'c' }).subscribe({ update: (u) => got.push(u.text), gap: (g) => got.push('gap ' + g.reason) })
await new Promise((r) => setTimeout(r, 500))
console.log({ got, store: [...store] })
await b.close()
await server[Symbol.asyncDispose]()
