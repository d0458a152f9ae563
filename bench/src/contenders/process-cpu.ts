import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second for every process, whatever its own clock does. */
const msPerTick = 10

/** CPU time of another process with all its threads, in milliseconds. Linux only. */
export function processCpuMs(pid: number): number {
  return parseCpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

/** Reads the line of `/proc/<pid>/stat`; the program's name in it may hold anything, brackets and blanks too. */
export function parseCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  if (!Number.isFinite(user) || !Number.isFinite(system)) throw new Error(`no CPU time in ${stat}`)
  return (user + system) * msPerTick
}
