// disconnect -> client with a token of the same second; drain & DISPOSED
import { createTelltaleClient } from '@telltale/client'
import { createTelltale, jwtAccess } from '@telltale/server'
import { SignJWT } from 'jose'
const secret = 'a secret of more than thirty-two bytes'
const key = new TextEncoder().encode(secret)
const now = () => Math.floor(Date.now() / 1000)
const tok = (sub: string, life: number, extra = {}) => new SignJWT({ conversations: ['*'], actions: ['subscribe','publish','history','presence'], ...extra }).setProtectedHeader({ alg: 'HS256' }).setSubject(sub).setIssuedAt(now()).setExpirationTime(now() + life).sign(key)
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e))
const t = createTelltale({ access: jwtAccess({ secret }) })
const { url } = await t.listen({ port: 0 })
const ws = url.replace(/^http/, 'ws')
let dead = 0, alive = 0
await Promise.all(Array.from({ length: 20 }, async (_, i) => {
  await sleep(i * 37)
  const c = createTelltaleClient({ url: ws, token: () => tok('u' + i, 600) })
  const errors: string[] = []
  c.status({ conversationId: 'c' }).subscribe({ error: (e) => errors.push(e.code) })
  await sleep(1500)
  t.disconnect({ userId: 'u' + i })
  await sleep(4000)
  if (c.connection.getSnapshot() === 'open') alive++; else { dead++; if (dead === 1) console.log(c.connection.getSnapshot(), errors) }
  await c.close()
}))
console.log('after disconnect, with fresh tokens:', { dead, alive })
await t.close({ drainMs: 0 })
