/** Who imports whom. */
export type Graph = ReadonlyMap<string, readonly string[]>

/** Every group of files that import each other in a circle, each as one way round it: `a`, `b`, `a`. */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  for (const start of graph.keys()) {
    if (done.has(start)) continue
    const way = findWay(graph, start)
    if (!way) continue
    cycles.push(way)
    for (const node of way) done.add(node)
  }
  return cycles
}

/** The shortest way from a file back to itself. */
function findWay(graph: Graph, start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const open = [start]
  for (const node of open) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return [...trace(cameFrom, start, node), start]
      if (cameFrom.has(next)) continue
      cameFrom.set(next, node)
      open.push(next)
    }
  }
  return null
}

function trace(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const way = [end]
  for (let node = end; node !== start; ) {
    node = cameFrom.get(node) ?? start
    way.unshift(node)
  }
  return way
}
