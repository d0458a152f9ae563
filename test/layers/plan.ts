import { isBuiltin, packageOf } from './imports.ts'

/** The layer of each folder, or top file, of a package. Only lower ones and its own may be imported. */
export type Layers = { readonly [unit: string]: number }

/** A folder that holds units of its own: `adapters/memory` knows nothing of `adapters/redis`. */
const nested = new Set(['adapters'])

/** The plan of the house, by package. A package that is not named here is one room: only cycles are forbidden in it. */
export const plan: { readonly [directory: string]: Layers } = {
  // Words are the files at the top; `.` stands for them.
  'packages/contract': { '.': 1, status: 2, workspace: 2, producer: 3, 'wire.ts': 4, 'index.ts': 4 },
  'packages/server': {
    async: 1,
    telemetry: 1,
    seams: 2,
    core: 3,
    adapters: 3,
    publisher: 4,
    transport: 5,
    trpc: 6,
    status: 6,
    workspace: 6,
    otel: 6,
    telltale: 7,
    testing: 8,
    'index.ts': 9,
  },
  'packages/client': {
    lib: 1,
    connection: 2,
    stream: 3,
    presence: 3,
    status: 3,
    workspace: 3,
    producer: 4,
    'client.ts': 4,
    'index.ts': 5,
  },
}

/** Where a file belongs: the name of its unit, and its layer; `null` when the plan has no place for it. */
export function placeOf(layers: Layers, pathInSource: string): { unit: string; layer: number } | null {
  const [first = '', second = '', ...deeper] = pathInSource.split('/')
  const layer = layers[first] ?? (second === '' ? layers['.'] : undefined)
  if (layer === undefined) return null
  if (nested.has(first) && deeper.length > 0) return { unit: `${first}/${second}`, layer }
  return { unit: first in layers ? first : '.', layer }
}

/** What only some may import, whatever package.json says. `null` when the import is fine, else why not. */
export interface Ban {
  readonly why: string
  readonly forbids: (path: string, specifier: string, kind: 'value' | 'type', names: readonly string[]) => boolean
}

/** Imports of `@trpc/server` outside of `trpc/`, each with its reason. */
const trpcExceptions: readonly { in: string; names: readonly string[]; reason: string }[] = [
  {
    in: 'packages/server/src/telltale/',
    names: ['AnyTRPCRouter'],
    reason: 'attach() takes the app’s own router, and only tRPC can name its type; nothing is left at run time',
  },
]

const isIn = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(folder))

/** The rules that hold whatever a package declares. */
export const bans: readonly Ban[] = [
  {
    why: 'the contract has zod and superjson, and no I/O: it runs in a browser',
    forbids: (path, specifier) =>
      isIn(path, 'packages/contract/') && !['zod', 'superjson'].includes(packageOf(specifier)),
  },
  {
    why: 'what runs in a browser has neither the server, nor Node, nor zod, nor superjson',
    forbids: (path, specifier) =>
      isIn(path, 'packages/client/', 'packages/react/') &&
      // Producers run in Node: a subpath of their own, which the entry of the browser does not import.
      !(isIn(path, 'packages/client/src/producer/') && specifier === 'node:async_hooks') &&
      (isBuiltin(specifier) ||
        ['@telltale/server', '@telltale/cli', 'zod', 'superjson'].includes(packageOf(specifier))),
  },
  {
    why: 'what runs in a browser takes the contract by its wire',
    forbids: (path, specifier) =>
      isIn(path, 'packages/client/', 'packages/react/') && specifier === '@telltale/contract',
  },
  {
    why: 'the client needs only the types of @trpc/server',
    forbids: (path, specifier, kind) =>
      isIn(path, 'packages/client/') && packageOf(specifier) === '@trpc/server' && kind === 'value',
  },
  {
    why: 'the server knows no client',
    forbids: (path, specifier) =>
      isIn(path, 'packages/server/') && ['@telltale/client', '@telltale/react'].includes(packageOf(specifier)),
  },
  {
    why: 'only trpc/ imports @trpc/server',
    forbids: (path, specifier, kind, names) =>
      isIn(path, 'packages/server/src/') &&
      packageOf(specifier) === '@trpc/server' &&
      !isIn(path, 'packages/server/src/trpc/') &&
      !trpcExceptions.some(
        (exception) =>
          isIn(path, exception.in) && kind === 'type' && names.every((name) => exception.names.includes(name)),
      ),
  },
  {
    why: 'only trpc/ says tracked',
    forbids: (path, specifier, kind, names) =>
      packageOf(specifier) === '@trpc/server' &&
      kind === 'value' &&
      !isIn(path, 'packages/server/src/trpc/') &&
      names.some((name) => name === 'tracked' || name === '*'),
  },
]
