import { createTelltaleClient } from '@telltale/client'
import { createTelltale, publicAccess } from '@telltale/server'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
let bad = 0
process.on('unhandledRejection', (e) => { bad++; console.log('UNHANDLED', e) })
const all = ['engine', 'tool', 'workflow', 'progress', 'error', 'info'] as const
type C = (typeof all)[number]
function rng(seed: number) { return () => { seed |= 0; seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 } }
async function run(seed: number, transport: 'websocket' | 'sse', withRestart: boolean, retention?: any) {
  const r = rng(seed); const pick = <T,>(x: readonly T[]) => x[Math.floor(r() * x.length)]!
  const http = createServer(); const sockets = new Set<Socket>()
  http.on('connection', (s) => { sockets.add(s); s.once('close', () => sockets.delete(s)) })
  http.listen(0, '127.0.0.1'); await once(http, 'listening')
  const url = `ws://127.0.0.1:${(http.address() as any).port}/trpc`
  const mk = () => { const t = createTelltale({ access: publicAccess(), limits: { changesPerMinute: 100000 }, ...(retention && { retention }) }); t.attach(http); return t }
  let t = mk()
  const c = createTelltaleClient({ url, transport, backoff: { baseMs: 5, maxMs: 20 } })
  const s = c.status<C>({ conversationId: 'c', categories: ['info', 'tool'] })
  const seen = new Map<string, number>(); let dup = 0; const gaps: string[] = []; const errors: string[] = []; let foreign = 0
  const order: string[] = []
  let subs = [s.subscribe({ update: (u) => { const k = u.text; seen.set(k, (seen.get(k) ?? 0) + 1); if (seen.get(k)! > 1) dup++; order.push(k) }, gap: (g) => gaps.push(g.reason), error: (e) => errors.push(e.code) })]
  const log: string[] = []
  const produced: { cat: string; text: string; tick: number }[] = []; let tick = 0; const since = new Map<string, number>([['tool', 0]]); const removing = new Map<string, number>(); const windows: [string, number, number][] = []
  const closeWin = (cat: string) => { const f = since.get(cat); if (f !== undefined) { windows.push([cat, f, tick]); since.delete(cat) } }
  let n = 0; let over = false
  // what is carried in every instant: info is always carried, so exactly once or gap
  const producing = (async () => { while (!over) { const k = pick([1, 1, 1, 5, 40]); for (let i = 0; i < k; i++) { n++; t.status.info('c', `i${n}`); for (const cat of all) if (cat !== 'info' && r() < 0.5) { (t.status as any)[cat]('c', `${cat}${n}`); produced.push({ cat, text: `${cat}${n}`, tick: ++tick }) } } await (r() < 0.3 ? sleep(3) : new Promise((x) => setImmediate(x))) } })()
  const pending: Promise<unknown>[] = []
  let settledOk = 0, rejected: string[] = []
  for (let step = 0; step < 40; step++) {
    const op = r()
    const cats = all.filter((x) => x !== 'info' && r() < 0.4)
    if (op < 0.4) { log.push(`+${cats}`); pending.push(s.subscribeCategories(cats).then(() => { settledOk++; tick++; for (const x of cats) if (!removing.get(x) && !since.has(x)) since.set(x, tick) }, (e) => rejected.push(e.code))) }
    else if (op < 0.75) { log.push(`-${cats}`); tick++; for (const x of cats) { closeWin(x); removing.set(x, (removing.get(x) ?? 0) + 1) } const done = () => { for (const x of cats) removing.set(x, removing.get(x)! - 1) }; pending.push(s.unsubscribeCategories(cats).then(() => { done(); settledOk++ }, (e) => rejected.push(e.code))) }
    else if (op < 0.87) { log.push('cut'); for (const x of sockets) x.destroy() }
    else if (op < 0.92) { pending.push(s.subscribeCategories(['nope' as C]).then(() => settledOk++, (e) => rejected.push(e.code))) }
    else if (withRestart && op < 0.95) { log.push('restart'); const old = t; for (const x of sockets) x.destroy(); t = mk(); void old.close({ drainMs: 0 }) }
    else await sleep(30)
    if (r() < 0.5) await sleep(r() * 15)
  }
  const late = await Promise.race([Promise.all(pending).then(() => 'settled'), sleep(8000).then(() => 'HANGS')])
  over = true; await producing
  await t.flush()
  for (let i = 0; i < 100 && s.store.getSnapshot().integrity !== 'live'; i++) await sleep(20)
  await sleep(150)
  const view = s.store.getSnapshot()
  const want = await c.snapshot({ conversationId: 'c', categories: s.categories as C[] })
  const same = (k: 'counts' | 'latest') => JSON.stringify(Object.entries((view as any)[k]).sort()) === JSON.stringify(Object.entries((want as any)[k]).sort())
  for (const x of [...since.keys()]) closeWin(x)
  const first = Number(order.find((k) => /^i\d/.test(k))?.slice(1) ?? 1)
  const lost = withRestart ? [] : produced.filter((p) => windows.some(([c, a, b]) => c === p.cat && p.tick > a && p.tick < b) && Number(p.text.slice(p.cat.length)) >= first && !seen.has(p.text))
  const missing = withRestart ? -1 : lost.length + Array.from({ length: n }, (_, i) => `i${i + 1}`).filter((k, i) => i + 1 >= first && !seen.has(k)).length
  const idx = order.filter((k) => /^i\d/.test(k)).map((k) => Number(k.slice(1))); const unordered = !withRestart && idx.some((x, i) => i > 0 && x < idx[i - 1]!)
  const problems = unordered || late !== 'settled' || dup > 0 || (missing > 0 && gaps.length === 0) || !same('counts') || !same('latest') || errors.length > 0 || view.integrity !== 'live' || view.position !== (want as any).position || JSON.stringify([...view.categories].sort()) !== JSON.stringify([...s.categories].sort())
  if (problems) { bad++; console.log('PROBLEM', { seed, transport, withRestart, late, dup, missing, n, gaps, errors, counts: same('counts'), latest: same('latest'), integrity: view.integrity, pos: [view.position, (want as any).position], cats: s.categories, vcats: view.categories, rejected: rejected.length, settledOk }, same('counts') ? '' : [JSON.stringify(view.counts), JSON.stringify(want.counts)], log.join(' ')) }
  const size = t.size()
  if (size.readers > 1) console.log('READERS', size, seed)
  for (const x of subs) x.unsubscribe()
  await c.close(); await t.close({ drainMs: 0 }); for (const x of sockets) x.destroy(); http.close()
  return { w: windows.length, n, gaps: gaps.length, rej: rejected.length }
}
const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 6)
for (let seed = from; seed <= to; seed++) for (const transport of ['websocket', 'sse'] as const) {
  const a = await run(seed, transport, false); const b = await run(seed + 1000, transport, true); const d = await run(seed + 2000, transport, false, { size: 60 })
  console.log(seed, transport, JSON.stringify([a, b, d]))
}
console.log('bad', bad)
process.exit(0)
