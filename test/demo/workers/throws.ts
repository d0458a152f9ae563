import { begun } from './begun.ts'

// A worker with a defect.
await begun()
throw new TypeError('there is no such thing')
