import { parentPort } from 'node:worker_threads'

// A worker with a defect.
parentPort?.postMessage({ type: 'stepStarted', step: 'links' })
throw new TypeError('there is no such thing')
