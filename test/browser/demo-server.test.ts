import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BuiltPage, buildPage } from './built-page.ts'
import { signIn } from './demo.ts'
import { type DemoServer, failToStartDemo, startDemo } from './demo-server.ts'

/** The processes that a process has started. */
async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const lines = stdout.trim().split('\n')
  return lines.flatMap((line) => {
    const [pid, ppid] = line.trim().split(/\s+/).map(Number)
    return ppid === parent && pid !== undefined ? [pid] : []
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe("the demo's server", () => {
  let page: BuiltPage
  let server: DemoServer
  beforeAll(async () => {
    await using starting = new AsyncDisposableStack()
    page = starting.use(await buildPage('production'))
    server = starting.use(await startDemo(page.directory))
    const started = starting.move()
    return () => started.disposeAsync()
  })

  it('serves the page, and forbids it to load anything from elsewhere', async () => {
    const response = await fetch(server.url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('answers 404 to what it does not have, and to malformed paths', async () => {
    for (const path of ['/nothing', '/%', '/..%2f..%2fpackage.json']) {
      expect((await fetch(server.url + path)).status).toBe(404)
    }
  })

  it('says in one line that a port is in use', async () => {
    const { exitCode, output } = await failToStartDemo({ PAGE_DIR: page.directory, PORT: String(server.port) })
    expect(output).toBe(`The demo did not start: port ${server.port} is in use, set PORT to another\n`)
    expect(exitCode).toBe(1)
  })

  it('says in one line that PORT is none', async () => {
    const { exitCode, output } = await failToStartDemo({ PAGE_DIR: page.directory, PORT: 'four' })
    expect(output).toBe('The demo did not start: PORT must be a number from 0 to 65535, not four\n')
    expect(exitCode).toBe(1)
  })

  it('says in one line that TOKEN_SECONDS is none, or too few', async () => {
    for (const given of ['soon', '4']) {
      const env = { PAGE_DIR: page.directory, PORT: '0', TOKEN_SECONDS: given }
      const { exitCode, output } = await failToStartDemo(env)
      expect(output).toBe(`The demo did not start: TOKEN_SECONDS must be a number from 5 to 86400, not ${given}\n`)
      expect(exitCode).toBe(1)
    }
  })

  it('tells every answer to be taken for what it says, and its address to nobody', async () => {
    const { headers } = await fetch(server.url)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/)
    expect((await fetch(`${server.url}/api/samples`)).headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('says in one line that the page was not built', async () => {
    const { exitCode, output } = await failToStartDemo({ PAGE_DIR: join(tmpdir(), 'telltale-no-page'), PORT: '0' })
    expect(output).toBe('The demo did not start: the page is not built: npm run setup builds it\n')
    expect(exitCode).toBe(1)
  })

  it('leaves no worker behind when it is killed', async () => {
    await using other = await startDemo(page.directory)
    const analyses = `${other.url}/api/conversations/c/analyses`
    const headers = { authorization: `Bearer ${await signIn(other.url, 'ada')}` }
    await fetch(`${analyses}?sample=essay&pauseMs=1000`, { method: 'POST', headers })
    const workers = await childrenOf(other.pid)
    // One at work, one for the next.
    expect(workers).toHaveLength(2)
    expect(await other.stop('SIGKILL')).toBeNull()
    await expect.poll(() => workers.filter(isAlive), { timeout: 20_000, interval: 20 }).toEqual([])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends in peace on %s', async (signal) => {
    await using other = await startDemo(page.directory)
    expect(await other.stop(signal)).toBe(0)
    await expect(fetch(other.url)).rejects.toThrow()
  })
})
