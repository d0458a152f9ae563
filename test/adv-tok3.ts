import { Tokens } from '../packages/client/src/connection/tokens.ts'
import { TelltaleError } from '@telltale/contract/wire'
const b64 = (o: object) => Buffer.from(JSON.stringify(o)).toString('base64url')
const tok = (life: number) => { const iat = Math.floor(Date.now() / 1000); return `x.${b64({ iat, exp: iat + life })}.y` }
let timers: { at: number; cb: () => void }[] = []; let now = 0
const clock = { now: () => now, after: (d: number, cb: () => void) => { const t = { at: now + d, cb }; timers.push(t); return () => { timers = timers.filter((x) => x !== t) } } }
const tick = async (ms: number) => { const end = now + ms; for (;;) { const t = timers.filter((x) => x.at <= end).sort((a, b) => a.at - b.at)[0]; if (!t) break; now = t.at; timers = timers.filter((x) => x !== t); t.cb(); for (let i = 0; i < 10; i++) await Promise.resolve() } now = end; for (let i = 0; i < 10; i++) await Promise.resolve() }
for (const how of ['end', 'rest'] as const) {
  timers = []; now = 0; let n = 0; let fresh = 0
  const hang: Array<(t: string) => void> = []; 
  const tokens = new Tokens({ fetch: () => (++n === 1 ? tok(3600) : new Promise<string>((r, j) => { if (how === 'rest' && n === 2) hang.push(r as never); else if (n > 2) j(new Error('no')) })), clock, random: () => 0, timeoutMs: 10_000, onFresh: async () => { fresh++ } })
  await tokens.fetch()
  await tick(2_701_000)
  console.log(how, 'refresh in flight', { n, timers: timers.length })
  if (how === 'end') tokens.end(new TelltaleError('DISPOSED', 'x')); else { tokens.rest(); hang[0]?.(tok(3600)) }
  for (let i = 0; i < 20; i++) await Promise.resolve()
  console.log(how, 'after', { n, fresh, timers: timers.map((t) => t.at - now) })
  await tick(900_000)
  console.log(how, '15 minutes later', { n, fresh, timers: timers.length })
}
