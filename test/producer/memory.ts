import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What is held of the heap when everything that can be given back is given back. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
