import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of the house: its path from the root, with slashes, and what is in it. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What a package says of itself. */
export interface Package {
  /** From the root: `packages/server`. */
  readonly directory: string
  readonly name: string
  /** What it may import by name: its dependencies, and an app's tools too. */
  readonly declared: ReadonlySet<string>
  /** Its public names, `.` or `./wire`, and the source behind each. */
  readonly entries: ReadonlyMap<string, string>
}

/** The sources and the packages that the rules are about. */
export interface House {
  readonly files: readonly SourceFile[]
  readonly packages: readonly Package[]
}

interface Manifest {
  readonly name: string
  readonly exports?: { readonly [entry: string]: string | { readonly [condition: string]: string } }
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
  readonly devDependencies?: { readonly [name: string]: string }
}

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const source = '**/*.{ts,tsx,mts,js,jsx,mjs}'
const outside = (name: string): boolean => /(^|\/)(node_modules|dist|results)$/.test(name)

/** Reads every source file under some folders of the root. */
export function readFiles(...folders: string[]): SourceFile[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/${source}`, { cwd: root, exclude: outside }))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** Reads what the packages and apps say of themselves. */
export function readPackages(): Package[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => toPackage(dirname(path), JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest))
}

/** Reads the house as it stands. */
export function readHouse(): House {
  return { files: readFiles('packages/*/src', 'apps/*'), packages: readPackages() }
}

/** Whether a file is a test, which may stand above everything it tests. */
export function isTest(path: string): boolean {
  return /\.test(-d)?\.tsx?$/.test(path)
}

function toPackage(directory: string, manifest: Manifest): Package {
  const { name, dependencies, peerDependencies, devDependencies } = manifest
  const tools = directory.startsWith('apps/') ? devDependencies : {}
  const entries = new Map<string, string>()
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue
    const file = target['@telltale/source']
    if (file) entries.set(entry, `${directory}/${file.replace('./', '')}`)
  }
  return {
    directory,
    name,
    declared: new Set(Object.keys({ ...dependencies, ...peerDependencies, ...tools })),
    entries,
  }
}
