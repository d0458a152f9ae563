import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the numbers were measured on. */
export interface Machine {
  readonly node: string
  readonly v8: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly loadAverage: number
  /** Cores of the server and of the readers; `null` where processes cannot be pinned. */
  readonly pinned: { readonly server: number; readonly load: number } | null
}

/** Looks at the machine, and finds two cores for two processes. */
export function describeMachine(): Machine {
  const cores = cpus()
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${platform()} ${release().split('-', 1)[0]} ${process.arch}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg()[0] ?? 0,
    pinned: findCores(),
  }
}

function findCores(): Machine['pinned'] {
  if (spawnSync('taskset', ['--version']).status !== 0) return null
  const [server, load] = allowedCores()
  return server === undefined || load === undefined ? null : { server, load }
}

/** The cores this process may run on; a container often has only some. */
function allowedCores(): number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return parseCoreList(list)
  } catch {
    return []
  }
}

/** Reads Linux's form of a list of cores, such as `0-3,8`. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    return Array.from({ length: Math.max(0, last - first + 1) || 0 }, (_, index) => first + index)
  })
}
