import type { Workload } from '../workload.ts'

interface Entry {
  /** Loaded when it is asked for, and no other workload with it. */
  load(): Promise<Workload>
}

/** Everything that can be measured, in the order in which it is measured and told. */
const entries = {
  'fan-out': { load: async () => (await import('./fan-out.ts')).fanOut },
  cost: { load: async () => (await import('./cost.ts')).cost },
  latency: { load: async () => (await import('./latency.ts')).latency },
  conversations: { load: async () => (await import('./conversations.ts')).conversations },
  filters: { load: async () => (await import('./filters.ts')).filters },
  standing: { load: async () => (await import('./standing.ts')).standing },
  paused: { load: async () => (await import('./paused.ts')).paused },
  memory: { load: async () => (await import('./memory.ts')).memory },
  deflate: { load: async () => (await import('./deflate.ts')).deflate },
  react: { load: async () => (await import('./react.ts')).react },
} satisfies Record<string, Entry>

export type WorkloadName = keyof typeof entries

export const workloads: Readonly<Record<WorkloadName, Entry>> = entries

export const workloadNames = Object.keys(entries) as WorkloadName[]
