// producers publishing during close; then a server with the same port
import { createTelltaleClient } from '@telltale/client'
import { createProducer } from '@telltale/client/producer'
import { createTelltale, publicAccess } from '@telltale/server'
import { once } from 'node:events'
import { createServer } from 'node:http'
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e))
for (const transport of ['websocket', 'sse'] as const) for (const drainMs of [0, 1000]) {
  const http = createServer(); http.listen(0, '127.0.0.1'); await once(http, 'listening')
  const port = (http.address() as any).port
  const url = `ws://127.0.0.1:${port}/trpc`
  const telA: Record<string, number> = {}
  let a = createTelltale({ access: publicAccess(), telemetry: (n, d: any) => { if (n === 'updates.accepted') telA[n] = (telA[n] ?? 0) + d.count } })
  const at = a.attach(http)
  const tells: Record<string, number> = {}
  const p = createProducer({ url, transport, telemetry: (n: string, d: any) => { const k = n + ' ' + (d.code ?? ''); tells[k] = (tells[k] ?? 0) + (d.count ?? 1) } } as any)
  const c = createTelltaleClient({ url, transport })
  const got: string[] = []; const gaps: string[] = []; const errors: string[] = []
  c.status({ conversationId: 'c' }).subscribe({ update: (u) => got.push(u.text), gap: (g) => gaps.push(g.reason), error: (e) => errors.push(e.code) })
  // raw client publishing with retries
  const pub: Record<string, number> = {}
  let said = 0; let over = false
  const loop = (async () => { while (!over) { p.status.info('c', `p${said++}`); await sleep(2) } })()
  const loop2 = (async () => { while (!over) { try { await c.publish({ conversationId: 'c', category: 'tool', text: 'x' }); pub['ok'] = (pub['ok'] ?? 0) + 1 } catch (e: any) { const k = `${e.code} retryable=${e.retryable}`; pub[k] = (pub[k] ?? 0) + 1; await sleep(20) } await sleep(5) } })()
  await sleep(600)
  const t0 = Date.now()
  await a.close({ drainMs })
  const took = Date.now() - t0
  const b = createTelltale({ access: publicAccess() })
  b.attach(http)
  await sleep(2500)
  over = true; await loop; await loop2
  await Promise.race([p.flush(), sleep(3000)])
  await sleep(300)
  const infos = got.filter((t) => t.startsWith('p'))
  console.log(transport, 'drain', drainMs, JSON.stringify({ took, said, infos: infos.length, unique: new Set(infos).size, last: infos.at(-1), gaps, errors, producer: p.connection.getSnapshot(), client: c.connection.getSnapshot(), size: p.size(), tells, pub }))
  await p.close({ drainMs: 100 }); await c.close(); await b.close({ drainMs: 0 }); http.closeAllConnections(); http.close()
}
