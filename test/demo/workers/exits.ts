import { parentPort } from 'node:worker_threads'

// A worker that leaves in the middle of a step.
parentPort?.postMessage({ type: 'stepStarted', step: 'count' })
process.exit(7)
