import type { FanOutSample } from '../../bench/src/fan-out.ts'
import type { Results } from '../../bench/src/results.ts'
import type { Table } from '../../bench/src/workload.ts'

/** A run as it might have been measured. */
export function sampleOf(some: Partial<FanOutSample>): FanOutSample {
  return {
    contender: 'raw-hundred',
    readers: 100,
    round: 0,
    deliveries: 1_000_000,
    deliveriesPerSecond: 1_000_000,
    serverCpuMicros: 0.2,
    bytesPerUpdate: 242,
    wireBytesPerUpdate: 242,
    updatesPerMessage: 100,
    serverBusy: 0.9,
    loadBusy: 0.9,
    parsed: 100,
    ...some,
  }
}

export const table: Table = {
  title: 'Speed: of all',
  note: 'More * is ~ better.',
  columns: ['1 reader', ''],
  rows: [
    { title: 'raw | ws', cells: ['1,000', '1.00 ×'] },
    { title: 'Telltale', cells: ['970*', '0.97 ×'] },
  ],
}

export const results: Results = {
  startedAt: '2026-01-02T03:04:05.000Z',
  tookSeconds: 61.4,
  machine: {
    node: '24.0.0',
    v8: '13.6',
    platform: 'linux',
    cpu: 'Some CPU',
    cores: 2,
    memoryGiB: 4,
    loadAverage: 0.25,
    pinned: null,
  },
  code: 'source',
  options: {
    isQuick: false,
    rounds: 1,
    readers: [1],
    contenders: ['raw-hundred'],
    parts: ['fan-out'],
    warmUpMs: 1,
    measureMs: 1,
    latencySamples: 1,
    costSamples: 1,
  },
  measured: [
    { name: 'fan-out', samples: [1, 2], tables: [table], ratios: { 'fan-out/1/telltale': 0.97 } },
    { name: 'cost', samples: [3], tables: [{ ...table, title: 'Cost: of a call' }], ratios: { 'cost/call': 0.5 } },
  ],
  failed: [],
}
