import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Declarations, emitDeclarations, findAny } from './declarations.ts'
import { readPackages } from './house.ts'

/** Where a public type may hold `any`, how often, and why. Nothing has needed it so far. */
const exceptions: { readonly [path: string]: { readonly times: number; readonly why: string } } = {}

const packages = readPackages().filter(({ directory }) => directory.startsWith('packages/'))

describe('what strangers see of each package', () => {
  let declarations: Declarations

  beforeAll(() => {
    declarations = emitDeclarations()
  })

  afterAll(() => declarations.dispose())

  it.each(packages.map(({ name, entries }) => ({ name, entries: [...entries.values()] })))(
    'has no any in the public types of $name',
    ({ entries }) => {
      expect(entries.length).toBeGreaterThan(0)
      const { any } = findAny(entries, declarations.read, packages)
      expect(Object.keys(any).filter((path) => !Object.hasOwn(exceptions, path))).toEqual([])
    },
  )

  it('has any exactly as often as the exceptions say', () => {
    const entries = packages.flatMap((each) => [...each.entries.values()])
    const { any, seen } = findAny(entries, declarations.read, packages)
    expect(seen).toBeGreaterThan(40)
    expect(any).toEqual(Object.fromEntries(Object.entries(exceptions).map(([path, { times }]) => [path, times])))
  })
})

describe('the search for any', () => {
  const sources: { readonly [path: string]: string } = {
    'packages/server/src/index.ts': `export type { A } from './a.ts'\nexport * from '@telltale/contract'`,
    'packages/server/src/a.ts': '/** any of them */\nexport type A = { value: any; list: any[] }',
    'packages/server/src/unreachable.ts': 'export type B = any',
    'packages/contract/src/index.ts': 'export declare const any: Record<string, any>',
  }
  const read = (path: string): string | null => sources[path] ?? null

  it('follows relative imports and our packages, and counts types, not words', () => {
    expect(findAny(['packages/server/src/index.ts'], read, packages).any).toEqual({
      'packages/server/src/a.ts': 2,
      'packages/contract/src/index.ts': 1,
    })
  })

  it('does not take a missing declaration for a clean one', () => {
    expect(() => findAny(['packages/server/src/missing.ts'], read, packages)).toThrow('nothing is declared')
  })
})
