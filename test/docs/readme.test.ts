import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')

describe('the README', async () => {
  const readme = await read('README.md')
  const examples = [...readme.matchAll(/<!-- (test\/docs\/\S+) -->\n```tsx?\n([\s\S]*?)```/g)]

  it('has a server of at most 15 lines, a component, its provider and a contract', () => {
    expect(examples.map(([, file]) => file)).toEqual([
      'test/docs/server.ts',
      'test/docs/activity.tsx',
      'test/docs/provider.tsx',
      'test/docs/spans.ts',
      'test/docs/work.tsx',
      'test/docs/producer.ts',
      'test/docs/contract.ts',
    ])
    const lines = examples[0]?.[2]?.split('\n').filter((line) => line.trim() !== '') ?? []
    expect(lines.length).toBeLessThanOrEqual(15)
  })

  it.each(examples.map(([, file, code]) => ({ file: file ?? '', code: code ?? '' })))(
    'shows $file as it is type-checked',
    async ({ file, code }) => {
      expect(code).toBe(await read(file))
    },
  )

  it('links only to what exists', async () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '')
    for (const path of links) expect((await read(path)).length).toBeGreaterThan(0)
  })
})

describe('the specification', async () => {
  const spec = await read('docs/SPEC.md')
  const cited = [...spec.matchAll(/`((?:packages|test)\/[^`]+\.test\.tsx?)`(?:: “([^”]+)”)?/g)]

  it('cites tests', () => {
    expect(cited.length).toBeGreaterThan(20)
  })

  it.each(cited.map(([, file, name]) => ({ file: file ?? '', name: name ?? '' })))(
    'cites a test that exists: $file $name',
    async ({ file, name }) => {
      expect(await read(file)).toContain(name)
    },
  )
})
