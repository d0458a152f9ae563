import { parentPort } from 'node:worker_threads'

// A worker that never ends its first step: it never even returns to its event loop.
parentPort?.postMessage({ type: 'stepStarted', step: 'parse' })
for (;;);
