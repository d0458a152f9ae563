import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { patienceMs } from './app/stage.ts'

it('a generator that never waits does not keep the server from others when its client says goodbye', async () => {
  // In a process of its own: one that turns in circles could not be stopped from within.
  const child = fork(new URL('./hosts/endless-process.ts', import.meta.url), {
    execArgv: ['--conditions=@telltale/source'],
    stdio: 'ignore',
  })
  try {
    const [port]: unknown[] = await once(child, 'message')
    const url = `ws://127.0.0.1:${Number(port)}/trpc`
    const reader = new WebSocket(url)
    reader.on('error', () => {})
    await once(reader, 'open')
    reader.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'endless' } }))
    await new Promise<void>((resolve) => {
      let heard = 0
      reader.on('message', () => {
        if (++heard !== 1_000) return
        reader.close()
        resolve()
      })
    })
    const other = new WebSocket(url)
    other.on('error', () => {})
    await expect(once(other, 'open', { signal: AbortSignal.timeout(patienceMs) })).resolves.toBeDefined()
    other.close()
    await once(other, 'close', { signal: AbortSignal.timeout(patienceMs) })
  } finally {
    child.kill('SIGKILL')
  }
})
