import type { Script } from '../script.ts'
import { batches } from './batches.ts'
import { calls } from './calls.ts'
import { connecting } from './connecting.ts'
import { contexts } from './contexts.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'
import { malformed } from './malformed.ts'
import { resuming } from './resuming.ts'
import { stopping } from './stopping.ts'
import { handmade, streams } from './streams.ts'

/** Every conversation, by its subject. */
export const scripts: Readonly<Record<string, readonly Script[]>> = {
  calls,
  errors,
  streams,
  handmade,
  stopping,
  resuming,
  batches,
  malformed,
  connecting,
  contexts,
  limits,
}
