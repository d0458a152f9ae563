import { parentPort } from 'node:worker_threads'

// A worker that takes all the memory it can get.
parentPort?.postMessage({ type: 'stepStarted', step: 'summary' })
const hoard: number[][] = []
for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index + hoard.length))
