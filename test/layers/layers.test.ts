import { describe, expect, it } from 'vitest'
import { type House, type Package, readFiles, readHouse, readPackages } from './house.ts'
import { findImports } from './imports.ts'
import { findMisshapen } from './shape.ts'
import { findViolations } from './violations.ts'

const packages: readonly Package[] = readPackages()

/** A house of a few invented files among the real packages. */
function houseOf(sources: { readonly [path: string]: string }): House {
  return { files: Object.entries(sources).map(([path, text]) => ({ path, text })), packages }
}

/** The faults of one invented import from one invented file. */
function faultsOf(path: string, source: string): string[] {
  return findViolations(houseOf({ [path]: source }))
}

describe('the house as it stands', () => {
  it('keeps to its plan: nothing imports upward, sideways, in a circle, or what it must not know', () => {
    const house = readHouse()
    expect(house.files.length).toBeGreaterThan(80)
    expect(findViolations(house)).toEqual([])
  })

  it('has no file over 300 lines and no name that says nothing', () => {
    const files = readFiles('packages/*/src', 'packages/*/bin', 'apps/*', 'bench', 'scripts', 'test')
    expect(findMisshapen(files)).toEqual([])
  })
})

describe('the guard', () => {
  const core = 'packages/server/src/core/invented.ts'

  it.each([
    ['static', `import { a } from '../publisher/publisher.ts'`],
    ['type-only', `import type { A } from '../publisher/publisher.ts'`],
    ['a re-export', `export { a } from '../publisher/publisher.ts'`],
    ['a re-export of all', `export * from '../publisher/publisher.ts'`],
    ['a re-export of types', `export type { A } from '../publisher/publisher.ts'`],
    ['for its side effect', `import '../publisher/publisher.ts'`],
    ['at run time', `const a = await import('../publisher/publisher.ts')`],
    ['inside a type', `type A = import('../publisher/publisher.ts').A`],
  ])('sees an import upward that is %s', (_how, source) => {
    expect(faultsOf(core, source)).toEqual([
      `${core} imports ../publisher/publisher.ts: upward, from core in layer 3 to publisher in layer 4`,
    ])
  })

  it('is not taken in by comments and texts', () => {
    const source = `// import a from '../publisher/publisher.ts'\nexport const a = "import b from '../trpc/root.ts'"`
    expect(findImports(core, source)).toEqual([])
  })

  it.each([
    ['core', 'core/a.ts', '../adapters/memory/log.ts', 'sideways, from core to adapters/memory, both in layer 3'],
    [
      'an adapter',
      'adapters/redis/a.ts',
      '../../core/hub.ts',
      'sideways, from adapters/redis to core, both in layer 3',
    ],
    [
      'one adapter',
      'adapters/redis/a.ts',
      '../memory/log.ts',
      'sideways, from adapters/redis to adapters/memory, both in layer 3',
    ],
    ['async', 'async/a.ts', '../telemetry/events.ts', 'sideways, from async to telemetry, both in layer 1'],
    ['trpc', 'trpc/a.ts', '../status/status.ts', 'sideways, from trpc to status, both in layer 6'],
  ])('sees %s import its neighbour', (_who, from, specifier, fault) => {
    const path = `packages/server/src/${from}`
    expect(faultsOf(path, `import type { A } from '${specifier}'`)).toEqual([`${path} imports ${specifier}: ${fault}`])
  })

  it.each([
    ['packages/client/src/lib/a.ts', '../connection/socket.ts'],
    ['packages/client/src/stream/a.ts', '../status/calls.ts'],
    ['packages/client/src/stream/a.ts', '../client.ts'],
    ['packages/contract/src/a.ts', './status/update.ts'],
    ['packages/contract/src/status/a.ts', '../wire.ts'],
  ])('knows the layers of %s, which may not import %s', (path, specifier) => {
    expect(faultsOf(path, `import { a } from '${specifier}'`)).toHaveLength(1)
  })

  it('lets a file import lower layers and its own folder', () => {
    const source = `import { a } from '../async/clock.ts'\nimport type { B } from '../seams/backplane.ts'\nexport * from './hub.ts'`
    expect(faultsOf(core, source)).toEqual([])
  })

  it.each([
    ['of values', `import { b } from './b.ts'`, `import { a } from './a.ts'`],
    ['of types', `import type { B } from './b.ts'`, `import type { A } from './a.ts'`],
    ['made by a re-export', `export * from './b.ts'`, `export const a = () => import('./a.ts')`],
  ])('sees a circle %s', (_of, first, second) => {
    const [a, b] = ['packages/server/src/core/a.ts', 'packages/server/src/core/b.ts']
    expect(findViolations(houseOf({ [a]: first, [b]: second }))).toEqual([
      `${a} imports itself in a circle: ${a} → ${b} → ${a}`,
    ])
  })

  it('sees a circle that goes through another package', () => {
    const [a, b] = ['packages/client/src/index.ts', 'packages/react/src/index.ts']
    const faults = findViolations(
      houseOf({ [a]: `export * from '@telltale/react'`, [b]: `export * from '@telltale/client'` }),
    )
    expect(faults).toContain(`${a} imports itself in a circle: ${a} → ${b} → ${a}`)
  })

  it.each([
    ['the server’s core', core, `import { tracked } from '@trpc/server'`, 'only trpc/ imports @trpc/server'],
    [
      'a value in telltale/',
      'packages/server/src/telltale/a.ts',
      `import { TRPCError } from '@trpc/server'`,
      'only trpc/',
    ],
    [
      'another type in telltale/',
      'packages/server/src/telltale/a.ts',
      `import type { A } from '@trpc/server'`,
      'only trpc/',
    ],
    ['the command', 'packages/cli/src/a.ts', `import { tracked } from '@trpc/server'`, 'only trpc/ says tracked'],
    ['a namespace', 'packages/cli/src/a.ts', `import * as trpc from '@trpc/server'`, 'only trpc/ says tracked'],
    ['the client', 'packages/client/src/lib/a.ts', `import { tracked } from '@trpc/server'`, 'only the types'],
  ])('keeps tRPC in its folder: %s', (_who, path, source, fault) => {
    expect(faultsOf(path, source).join()).toContain(fault)
  })

  it('lets telltale/ name the type of an app’s router', () => {
    expect(faultsOf('packages/server/src/telltale/a.ts', `import type { AnyTRPCRouter } from '@trpc/server'`)).toEqual(
      [],
    )
  })

  it.each([
    ['packages/contract/src/a.ts', 'ws'],
    ['packages/contract/src/a.ts', 'node:fs'],
    ['packages/contract/src/a.ts', '@telltale/server'],
    ['packages/client/src/lib/a.ts', '@telltale/server'],
    ['packages/client/src/lib/a.ts', '@telltale/contract'],
    ['packages/client/src/lib/a.ts', 'superjson'],
    ['packages/client/src/lib/a.ts', 'node:net'],
    ['packages/react/src/a.ts', '@telltale/server'],
    ['packages/react/src/a.ts', 'zod'],
    ['packages/server/src/core/a.ts', '@telltale/client'],
    ['packages/server/src/core/a.ts', 'not-declared'],
    ['packages/cli/src/a.ts', '@telltale/server/src/core/hub.ts'],
    ['packages/cli/src/a.ts', '../../server/src/core/hub.ts'],
    ['apps/demo/server/a.ts', '@telltale/client/dist/index.js'],
    ['apps/demo/server/a.ts', '../../../packages/server/src/index.ts'],
  ])('keeps %s away from %s', (path, specifier) => {
    expect(faultsOf(path, `import type { A } from '${specifier}'`)).toHaveLength(1)
  })

  it('refuses an import whose target is computed, where nobody can tell what it reaches', () => {
    expect(faultsOf(core, 'await import(name)')).toHaveLength(1)
    expect(faultsOf('packages/cli/src/a.ts', 'await import(name)')).toEqual([])
  })

  it('refuses a folder the plan does not know', () => {
    expect(faultsOf('packages/server/src/attic/a.ts', '')).toEqual([
      'packages/server/src/attic/a.ts has no place in the plan of packages/server',
    ])
  })

  it('sees files that are too long and names that say nothing', () => {
    expect(
      findMisshapen([
        { path: 'packages/server/src/core/hub.ts', text: 'x\n'.repeat(301) },
        { path: 'packages/server/src/core/window.ts', text: 'x\n'.repeat(300) },
        { path: 'packages/server/src/core/utils.ts', text: '' },
        { path: 'packages/server/src/helpers/a.ts', text: '' },
        { path: 'test/support/types.ts', text: '' },
        { path: 'test/types/end-to-end.test-d.ts', text: '' },
      ]),
    ).toEqual([
      'packages/server/src/core/hub.ts has 301 lines, over 300: it does more than one thing',
      `packages/server/src/core/utils.ts: 'utils' does not say what is in it`,
      `packages/server/src/helpers/a.ts: 'helpers' does not say what is in it`,
      `test/support/types.ts: 'types' does not say what is in it`,
    ])
  })
})
