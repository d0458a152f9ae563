import { fork } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { apps } from './app/router.ts'
import { differences } from './differences.ts'
import { openHost } from './hosts/host.ts'
import { askForUpgrade, upgrades } from './upgrade.ts'

const [app] = apps

describe.each(Object.entries(upgrades))('%s', (name, request) => {
  it('ends the process of the stock adapter', async () => {
    // In a process of its own, for it does not live through this.
    const child = fork(new URL('./hosts/stock-process.ts', import.meta.url), { execArgv: [], stdio: 'ignore' })
    const exit = once(child, 'exit')
    const [port]: unknown[] = await once(child, 'message')
    const status = await askForUpgrade(Number(port), request)
    const [exited] = await exit
    expect(status === null || status === 101).toBe(true)
    expect([{ exited }]).toEqual(differences[name]?.stock)
  })

  it('is refused by ours, which goes on serving', async () => {
    if (!app) throw new Error('there is no app')
    await using host = await openHost('ours', app.router)
    expect([{ refused: await askForUpgrade(host.port, request) }]).toEqual(differences[name]?.ours)
    expect(await askForUpgrade(host.port, request)).toBe(400)
  })
})
