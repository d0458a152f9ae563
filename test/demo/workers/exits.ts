import { begun } from './begun.ts'

// A worker that leaves in the middle of a step.
await begun()
process.exit(7)
