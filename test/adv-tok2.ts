// timers after close during an in-flight refresh; idle rest during refresh
import { createTelltaleClient } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { SignJWT } from 'jose'
const key = new TextEncoder().encode('a secret of more than thirty-two bytes')
const now = () => Math.floor(Date.now() / 1000)
const tok = (life: number) => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject('ada').setIssuedAt(now()).setExpirationTime(now() + life).sign(key)
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e))
const mode = process.argv[2]
const t = createTelltale({ access: { authenticate: () => ({ userId: 'ada' }), authorize: () => true } })
const { url } = await t.listen({ port: 0 })
let fetched = 0
const t0 = Date.now()
const c = createTelltaleClient({ url: url.replace('http', 'ws').replace(/\/?$/, '').replace(/\/trpc$/, '') + '/trpc', token: async () => {
  const n = ++fetched
  console.log('fetch', n, Date.now() - t0)
  if (n === 1) return tok(Number(process.argv[3] ?? 2))
  if (mode === 'close') { await sleep(1500); return tok(60) }
  if (mode === 'idle') { await sleep(3000); throw new Error('no token') }
  return tok(60)
} })
if (mode === 'close') c.status({ conversationId: 'c' }).subscribe({}); else await c.snapshot({ conversationId: 'c' })
console.log('state', c.connection.getSnapshot())
const u = c.connection.subscribe(() => console.log('state', c.connection.getSnapshot(), Date.now() - t0))
if (mode === 'close') { while (fetched < 2) await sleep(10); await c.close(); console.log('closed', Date.now() - t0) }
if (mode === 'idle') { await sleep(15000) ; await c.close(); console.log('closed', Date.now()-t0) }
await t.close({ drainMs: 0 })
console.log('server closed', Date.now() - t0, (process as any).getActiveResourcesInfo())
process.on('exit', () => console.log('exit', Date.now() - t0, { fetched }))
