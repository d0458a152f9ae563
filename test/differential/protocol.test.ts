import { describe, expect, it } from 'vitest'
import { type App, apps, type RootName } from './app/router.ts'
import { play, type Transcript } from './conversation/play.ts'
import { differences } from './differences.ts'
import { scripts } from './scripts/all.ts'

const usual: readonly RootName[] = ['plain', 'superjson', 'formatted']

describe.each(apps)('over the $name root', (app) => {
  const possible = Object.entries(scripts).flatMap(([subject, all]) =>
    all
      .filter(({ roots = usual }) => roots.includes(app.name))
      .map((script) => ({ subject, name: script.name, script })),
  )
  const same = possible.filter(({ name }) => !differences[name])
  const different = possible.filter(({ name }) => differences[name])

  it.each(same)('$subject: a client cannot tell us from stock in "$name"', async ({ script }) => {
    const [stock, ours] = await Promise.all([play(script, 'stock', app), play(script, 'ours', app)])
    expect(stock).not.toContainEqual({ missing: expect.anything() })
    expect(ours).toStrictEqual(stock)
  })

  // What that root's formatter adds to each error would hide what the table says.
  if (app.name === 'formatted') return

  it.each(different)('$subject: we differ as the table says in "$name"', async ({ name, script }) => {
    const [stock, ours] = await Promise.all([play(script, 'stock', app), play(script, 'ours', app)])
    expect(readBy(app, stock)).toEqual(differences[name]?.stock)
    expect(readBy(app, ours)).toEqual(differences[name]?.ours)
  })
})

/** The messages as the app's client reads them. */
function readBy(app: App, transcript: Transcript): unknown[] {
  return transcript.map((heard) => {
    if (typeof heard !== 'object' || heard === null) return heard
    if ('error' in heard) return { ...heard, error: app.read(heard.error) }
    if (!('result' in heard) || typeof heard.result !== 'object' || heard.result === null) return heard
    if (!('data' in heard.result)) return heard
    return { ...heard, result: { ...heard.result, data: app.read(heard.result.data) } }
  })
}
