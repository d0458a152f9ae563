import { builtinModules } from 'node:module'
import { parseSync } from 'vite'

/** One edge from a file: what it names, and what it takes from there. */
export interface ImportEdge {
  readonly specifier: string
  /** `type` when nothing of it is left at run time. */
  readonly kind: 'value' | 'type'
  /** The imported names; empty for a side effect, `*`, and what is imported at run time. */
  readonly names: readonly string[]
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

/** Every import of a source: static, type-only, re-exports, `import('…')` at run time and in types. */
export function findImports(path: string, text: string): ImportEdge[] {
  const edges: ImportEdge[] = []
  visit(parse(path, text), (node) => {
    const edge = toEdge(node)
    if (edge) edges.push(edge)
  })
  return edges
}

/** How often a type of node stands in a source. */
export function countNodes(path: string, text: string, type: string): number {
  let count = 0
  visit(parse(path, text), (node) => {
    if (node.type === type) count++
  })
  return count
}

/** Whether a specifier is one of Node's own modules. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** The package a specifier belongs to: `@scope/name` or `name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function parse(path: string, text: string): Node {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0]?.message}`)
  return program as unknown as Node
}

function toEdge(node: Node): ImportEdge | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return toStatic(node, node['importKind'])
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return toStatic(node, node['exportKind'])
    case 'ImportExpression':
      return { specifier: textOf(node['source']), kind: 'value', names: [] }
    case 'TSImportType':
      return { specifier: textOf(node['source'] ?? node['argument']), kind: 'type', names: [] }
    case 'TSExternalModuleReference':
      return { specifier: textOf(node['expression']), kind: 'value', names: [] }
    default:
      return null
  }
}

function toStatic(node: Node, kind: unknown): ImportEdge | null {
  // `export const …` has no source: it takes from nowhere.
  if (!isNode(node['source'])) return null
  const parts = Array.isArray(node['specifiers']) ? node['specifiers'].filter(isNode) : []
  return {
    specifier: textOf(node['source']),
    // `import { type A }` still loads the module at run time: only `import type` does not.
    kind: kind === 'type' ? 'type' : 'value',
    names: parts.map((part) => nameOf(part['imported'] ?? (node.type === 'ImportDeclaration' ? null : part['local']))),
  }
}

function nameOf(value: unknown): string {
  if (!isNode(value)) return '*'
  return String(value['name'] ?? value['value'])
}

function textOf(value: unknown): string {
  if (isNode(value) && typeof value['value'] === 'string') return value['value']
  if (isNode(value) && isNode(value['literal'])) return textOf(value['literal'])
  // A computed import could reach anything: it is named so that the rules refuse it.
  return '<computed>'
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see)
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (isNode(value)) see(value)
  for (const child of Object.values(value)) visit(child, see)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
