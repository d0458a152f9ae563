import { createTelltaleClient } from '@telltale/client'
import { createTelltale, type Access } from '@telltale/server'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { SignJWT } from 'jose'
const key = new TextEncoder().encode('a secret of more than thirty-two bytes')
const tok = (iat: number | null, exp: number) => { const j = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject('ada').setExpirationTime(exp); return (iat === null ? j : j.setIssuedAt(iat)).sign(key) }
const now = () => Math.floor(Date.now() / 1000)
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
async function run(name: string, access: Access, token: () => any, { ms = 5000, transport = 'websocket' as const }: any = {}) {
  let auths = 0, fetched = 0, ups = 0
  const counts: Record<string, number> = {}
  const t = createTelltale({ access: { authenticate: (c) => { auths++; return access.authenticate(c) }, authorize: access.authorize }, telemetry: (n) => { counts[n] = (counts[n] ?? 0) + 1 } })
  const http = createServer(); http.on('upgrade', () => ups++); http.on('request', () => ups++)
  t.attach(http); http.listen(0, '127.0.0.1'); await once(http, 'listening')
  const port = (http.address() as any).port
  const c = createTelltaleClient({ url: `ws://127.0.0.1:${port}/trpc`, transport, token: () => { fetched++; return token() } })
  const errors: string[] = []
  c.status({ conversationId: 'c' }).subscribe({ error: (e) => errors.push(e.code) })
  await sleep(ms)
  console.log("R", JSON.stringify([name, transport, { ups, auths, fetched, state: c.connection.getSnapshot(), errors, refreshed: counts['access.refreshed'], denied: counts['access.denied'] }]))
  await c.close(); await t.close({ drainMs: 0 }); http.closeAllConnections(); http.close()
}
const ok: Access = { authenticate: () => ({ userId: 'ada' }), authorize: () => true }
const no: Access = { authenticate: () => null, authorize: () => true }
const thr: Access = { authenticate: () => { throw new Error('db away') }, authorize: () => true }
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e))
process.on('uncaughtException', (e) => console.log('UNCAUGHT', e))
process.on('warning', (w) => console.log('WARN', w.name, w.message))
for (const transport of ['websocket', 'sse'] as const) {
  await Promise.all([
    run('long-life-90d', ok, () => tok(now(), now() + 90 * 86400), { transport }),
    run('expired-no-iat refused', no, () => tok(null, now() - 10), { transport }),
    run('expired-iat refused', no, () => tok(now() - 100, now() - 10), { transport }),
    run('throws', ok, () => { throw new Error('x') }, { transport }),
    run('rejects', ok, () => Promise.reject(undefined), { transport }),
    run('hangs', ok, () => new Promise(() => {}), { transport }),
    run('empty', ok, () => '', { transport }),
    run('object', ok, () => ({ a: 1 }), { transport }),
    run('number', ok, () => 5, { transport }),
    run('undefined', ok, () => undefined, { transport }),
    run('server-hook-throws', thr, () => 'x', { transport }),
    run('identity expires at once', { authenticate: () => ({ userId: 'ada', expiresAt: Date.now() + 1 }), authorize: () => true }, () => 'x', { transport }),
    run('exp in 1s same', { authenticate: () => ({ userId: 'ada' }), authorize: () => true }, () => tok(now(), now() + 1), { transport }),
  ])
}
process.exit(0)
