import { posix } from 'node:path'
import { findCycles } from './cycles.ts'
import { type House, isTest, type Package, type SourceFile } from './house.ts'
import { findImports, type ImportEdge, isBuiltin, packageOf } from './imports.ts'
import { bans, placeOf, plan } from './plan.ts'

/** Every breach of the house's plan, each as a sentence that begins with the file. */
export function findViolations({ files, packages }: House): string[] {
  const sources = files.filter(({ path }) => !isTest(path))
  const found: string[] = []
  const graph = new Map<string, string[]>()
  for (const file of sources) {
    const home = packages.find(({ directory }) => file.path.startsWith(`${directory}/`))
    if (!home) {
      found.push(`${file.path} is in no package`)
      continue
    }
    const misplaced = findMisplaced(file, home)
    if (misplaced) found.push(misplaced)
    const targets: string[] = []
    for (const edge of findImports(file.path, file.text)) {
      const fault = judge(file, edge, home, packages)
      if (fault) found.push(`${file.path} imports ${edge.specifier}: ${fault}`)
      const target = resolve(file.path, edge.specifier, packages)
      if (target !== null) targets.push(target)
    }
    graph.set(file.path, targets)
  }
  for (const cycle of findCycles(graph)) found.push(`${cycle[0]} imports itself in a circle: ${cycle.join(' → ')}`)
  return found
}

function findMisplaced({ path }: SourceFile, { directory }: Package): string | null {
  const layers = plan[directory]
  if (!layers || placeOf(layers, inSource(path, directory))) return null
  return `${path} has no place in the plan of ${directory}`
}

function judge(file: SourceFile, edge: ImportEdge, home: Package, packages: readonly Package[]): string | null {
  const { specifier, kind, names } = edge
  if (specifier.startsWith('.')) return judgeRelative(file, specifier, home)
  if (specifier === '<computed>') {
    // The command and the apps load what their user names; a library does not.
    return /^(apps|packages\/cli)\//.test(file.path) ? null : 'nobody can tell what that reaches'
  }
  const ban = bans.find(({ forbids }) => forbids(file.path, specifier, kind, names))
  if (ban) return ban.why
  if (isBuiltin(specifier)) return null
  const name = packageOf(specifier)
  if (!home.declared.has(name)) return `${home.name} does not declare ${name}`
  const ours = packages.find((candidate) => candidate.name === name)
  if (!ours) return null
  return ours.entries.has(`.${specifier.slice(name.length)}`) ? null : `it is no public name of ${name}`
}

function judgeRelative({ path }: SourceFile, specifier: string, home: Package): string | null {
  const target = posix.join(posix.dirname(path), specifier)
  if (!target.startsWith(`${home.directory}/`)) return `it leaves ${home.directory}`
  const layers = plan[home.directory]
  if (!layers) return null
  const from = placeOf(layers, inSource(path, home.directory))
  const to = placeOf(layers, inSource(target, home.directory))
  if (!from || !to || from.unit === to.unit || from.layer > to.layer) return null
  return from.layer === to.layer
    ? `sideways, from ${from.unit} to ${to.unit}, both in layer ${to.layer}`
    : `upward, from ${from.unit} in layer ${from.layer} to ${to.unit} in layer ${to.layer}`
}

/** The file behind a specifier, where it is one of ours. */
function resolve(from: string, specifier: string, packages: readonly Package[]): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const name = packageOf(specifier)
  const ours = packages.find((candidate) => candidate.name === name)
  return ours?.entries.get(`.${specifier.slice(name.length)}`) ?? null
}

function inSource(path: string, directory: string): string {
  return path.slice(`${directory}/src/`.length)
}
