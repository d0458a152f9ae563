import { begun } from './begun.ts'

// A worker that never ends its first step: it never even returns to its event loop.
await begun()
for (;;);
