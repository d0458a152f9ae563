import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { analyse } from './analyse.ts'
import type { WorkMessage, WorkOrder } from './messages.ts'

// The thread of one analysis: a document that takes all its time or memory takes nobody else's.
const order = workerData as WorkOrder

await analyse({
  order,
  tell: (message: WorkMessage) => parentPort?.postMessage(message),
  rest: () => (order.pauseMs > 0 ? delay(order.pauseMs) : Promise.resolve()),
})
