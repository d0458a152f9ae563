import { it } from 'vitest'
import { once } from 'node:events'
import { frame, opcodes } from './support/frames.ts'
import { openRaw } from './support/raw-socket.ts'
import { startGuarded } from './support/server.ts'
const sub = (id: number, input: object) => ({ id, method: 'subscription', params: { path: 'status.subscribe', input } })
it('P1', async () => {
  await using s = await startGuarded()
  for (const path of ['/trpc', '/trpc?connectionParams=1']) {
    const g = await s.growth(async () => {
      const raw = await openRaw(s.port, { path })
      raw.socket.pause()
      const ping = Buffer.concat(Array.from({ length: 5000 }, () => frame(opcodes.text, 'PING')))
      const until = performance.now() + 4500
      let n = 0
      while (performance.now() < until && !raw.socket.destroyed) {
        n += 5000
        if (!raw.socket.write(ping)) await Promise.race([once(raw.socket, 'drain'), new Promise((r) => setTimeout(r, 500))])
      }
      console.log(path, 'pings', n)
      raw.destroy()
    })
    console.log(path, 'growth MB', g / 1e6, 'slowest', s.control.slowestMs)
  }
}, 30000)
it('P2', async () => {
  await using s = await startGuarded()
  const raw = await openRaw(s.port)
  raw.ask(...Array.from({ length: 128 }, (_, i) => sub(i + 1, { conversationId: 'c', from: 'live' })))
  await raw.until(() => raw.messages.filter((m) => JSON.stringify(m).includes('"ready"')).length === 128)
  const ready = (id: number): any => raw.messages.find((m) => m.id === id && JSON.stringify(m).includes('"ready"'))
  let last = JSON.parse(JSON.stringify(ready(1)))
  console.log(JSON.stringify(last).slice(0, 400))
  let streamId = (JSON.stringify(last).match(/"streamId":"([^"]+)"/) ?? [])[1]
  let pos = (JSON.stringify(last).match(/"id":"([^"]+)"/) ?? [])[1]
  for (let i = 200; i < 260; i++) {
    raw.ask(sub(i, { conversationId: 'c', replaces: streamId, lastEventId: pos }))
    await raw.until(() => raw.messages.some((m) => m.id === i && JSON.stringify(m).match(/"ready"|error/)))
    const m = JSON.stringify(raw.messages.filter((m) => m.id === i))
    if (m.includes('error')) { console.log('refused', i, m.slice(0, 300)); break }
    streamId = (m.match(/"streamId":"([^"]+)"/) ?? [])[1]
  }
  console.log(await s.remote.size())
  raw.destroy()
}, 30000)
it('P3', async () => {
  await using s = await startGuarded()
  const raw = await openRaw(s.port)
  raw.say(...Array.from({ length: 30 }, () => 'nonsense'))
  await raw.closed()
  raw.ask({ id: 7, method: 'mutation', params: { path: 'status.publish', input: { conversationId: 'after', category: 'info', text: 'after the end' } } })
  const b = await openRaw(s.port)
  await new Promise((r) => setTimeout(r, 300))
  b.ask({ id: 1, method: 'query', params: { path: 'status.history', input: { conversationId: 'after' } } })
  await b.hears('head')
  console.log(raw.closeCode, raw.isEnded, b.texts.join().slice(0, 300))
  await new Promise((r) => setTimeout(r, 3000))
  console.log('ended after 3s', raw.isEnded)
}, 30000)
it('P4', async () => {
  await using s = await startGuarded()
  const b = await openRaw(s.port)
  for (const meta of ['{"__proto__":{"polluted":1}}', '{"constructor":{"x":1}}', '{"a":{"__proto__":1}}', '{"prototype":1}', '{"a":[{"constructor":1}]}'])
  b.say(`{"id":1,"method":"mutation","params":{"path":"status.publish","input":{"conversationId":"c","category":"info","text":"\\u0000\\u001b[31mred\\r\\n","metadata":${meta}}}}`)
  await b.until(() => b.texts.length === 5)
  console.log(b.texts.map((t) => t.slice(0, 200)).join('\n'))
  b.ask({ id: 2, method: 'query', params: { path: 'status.history', input: { conversationId: 'c' } } })
  await b.hears('head')
  console.log(b.texts.at(-1))
})
