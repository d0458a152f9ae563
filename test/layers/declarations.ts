import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { type Package, root } from './house.ts'
import { countNodes, findImports, packageOf } from './imports.ts'

/** What tsc declares of the sources, read by the source's path. */
export interface Declarations {
  /** `null` when there is no such file. */
  readonly read: (sourcePath: string) => string | null
  readonly dispose: () => void
}

/** Has tsc write the declarations of every package, as a stranger would get them, to a folder outside the checkout. */
export function emitDeclarations(): Declarations {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-declarations-'))
  const packages = join(root, 'packages')
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: packages,
        outDir: join(folder, 'out'),
        jsx: 'react-jsx',
        lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: [join(packages, '*/src')],
      exclude: ['ts', 'tsx'].flatMap((end) => [
        join(packages, `**/*.test.${end}`),
        join(packages, `**/*.test-d.${end}`),
      ]),
    }),
  )
  // Type errors are another check's business: what matters here is that there is something to read.
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  spawnSync(process.execPath, [tsc, '-p', folder], { cwd: root })
  return {
    read(sourcePath) {
      const path = join(folder, 'out', sourcePath.replace(/^packages\//, '').replace(/\.(ts|tsx)$/, '.d.ts'))
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return null
      }
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** How often `any` stands in the declarations that some sources lead to, by the source's path; those without are left out. */
export function findAny(
  entries: readonly string[],
  read: Declarations['read'],
  packages: readonly Package[],
): { seen: number; any: Record<string, number> } {
  const open = [...new Set(entries)]
  const seen = new Set(open)
  const any: Record<string, number> = {}
  for (const path of open) {
    const text = read(path)
    if (text === null) throw new Error(`nothing is declared for ${path}`)
    const count = countNodes(toDeclaration(path), text, 'TSAnyKeyword')
    if (count > 0) any[path] = count
    for (const { specifier } of findImports(toDeclaration(path), text)) {
      const target = follow(path, specifier, packages)
      if (target === null || seen.has(target)) continue
      seen.add(target)
      open.push(target)
    }
  }
  return { seen: seen.size, any }
}

function follow(from: string, specifier: string, packages: readonly Package[]): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const name = packageOf(specifier)
  const ours = packages.find((candidate) => candidate.name === name)
  return ours?.entries.get(`.${specifier.slice(name.length)}`) ?? null
}

function toDeclaration(path: string): string {
  return path.replace(/\.(ts|tsx)$/, '.d.ts')
}
