import { parentPort, workerData } from 'node:worker_threads'
import { Refused } from '../refused.ts'
import type { AsideAnswer, AsideOrder } from './aside.ts'
import { parseText } from './parse.ts'

// The thread in which a long text is read.
const { kind, text } = workerData as AsideOrder

parentPort?.postMessage(
  await parseText(kind, text).then(
    (document): AsideAnswer => ({ document }),
    (error: unknown): AsideAnswer => {
      if (!(error instanceof Refused)) throw error
      return { refused: { code: error.code, message: error.message } }
    },
  ),
)
