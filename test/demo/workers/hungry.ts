import { begun } from './begun.ts'

// A worker that takes all the memory it can get.
await begun()
const hoard: number[][] = []
for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index + hoard.length))
