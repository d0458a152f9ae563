import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { contenderNames } from '../../bench/src/contenders/registry.ts'

const registry = new URL('../../bench/src/contenders/registry.ts', import.meta.url).href

/** Prints every module that a contender's protocol takes along, in a process of its own. */
const script = `
import { registerHooks } from 'node:module'
const { contenders } = await import(${JSON.stringify(registry)})
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
for (const { load } of Object.values(contenders)) await load()
console.log(JSON.stringify(loaded))
`

it('a contender is loaded for its protocol without what only its server needs', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@telltale/source', '--input-type=module', '-e', script],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    },
  )
  const loaded = JSON.parse(stdout) as string[]
  expect(loaded.length).toBeGreaterThanOrEqual(contenderNames.length / 2)
  // A small heap is what makes all readers collect equally fast.
  expect(loaded.filter((url) => /\/packages\/|@trpc|socket\.io|\/zod\//.test(url))).toEqual([])
})
