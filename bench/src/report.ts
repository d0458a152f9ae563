import { type ContenderName, contenders, mark } from './contenders/registry.ts'
import { busyFrom } from './fan-out.ts'
import type { Machine } from './machine.ts'
import { type FanOutSummary, type Results, summarizeCost, summarizeFanOut, summarizeLatency } from './results.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const times = (ratio: number): string => `${ratio.toFixed(ratio < 0.095 ? 3 : 2)} ×`

/** The results as text for people. */
export function formatReport(results: Results): string {
  const parts = [formatMachine(results), formatFanOut(results), formatCost(results), formatLatency(results)]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function formatMachine({ machine, options, tookSeconds }: Results): string {
  const { node, v8, cpu, cores, loadAverage } = machine
  const code = options.launch.code === 'source' ? 'from its sources' : 'as built'
  return [
    `node ${node} (V8 ${v8}), ${machine.platform}, ${cores} × ${cpu}, load ${loadAverage.toFixed(1)} at the start`,
    `${formatPinning(machine)}; Telltale ${code}; ${options.rounds} round(s), ${tookSeconds.toFixed(0)} s`,
  ].join('\n')
}

function formatPinning({ pinned }: Machine): string {
  if (!pinned) return 'server and readers in processes of their own, NOT pinned to cores'
  return `server on core ${pinned.server}, readers on core ${pinned.load}`
}

function formatFanOut({ fanOut, options }: Results): string {
  if (fanOut.length === 0) return ''
  const summaryOf = (contender: ContenderName, readers: number) => summarizeFanOut(fanOut, contender, readers)
  const table = (cell: (summary: FanOutSummary, marked: FanOutSummary | null) => string): string =>
    formatTable([
      ['', ...options.readers.map((readers) => `${whole.format(readers)} reader${readers === 1 ? '' : 's'}`)],
      ...options.contenders.map((contender) => [
        contenders[contender].title,
        ...options.readers.map((readers) => {
          const summary = summaryOf(contender, readers)
          return summary ? cell(summary, summaryOf(mark, readers)) : ''
        }),
      ]),
    ])
  const speed = table((own, marked) => {
    const ratio = marked ? times(own.deliveriesPerSecond / marked.deliveriesPerSecond) : ''
    return `${whole.format(own.deliveriesPerSecond)}${heldBackBy(own)} ${ratio.padStart(8)}`
  })
  const cpu = table((own, marked) => {
    // Less is better here, so the ratio is turned round: again more is better.
    const ratio = marked ? times(marked.serverCpuMicros / own.serverCpuMicros) : ''
    return `${own.serverCpuMicros.toFixed(2)}  ${ratio.padStart(8)}`
  })
  const sizes = table((own) => `${own.bytesPerUpdate.toFixed(0)} B, ${own.updatesPerMessage.toFixed(1)} a message`)
  return [
    `FAN-OUT: deliveries a second, and the ratio to "${contenders[mark].title}" (more is better)`,
    speed,
    '* held back by the readers, whose core was the busier one: the server could do more',
    '~ neither core was busy: something else had the machine; the CPU time below tells more',
    '',
    'The same as CPU time of the server: µs a delivery, and how much of the mark’s efficiency that is',
    cpu,
    '',
    'Payload an update, envelope included',
    sizes,
    '',
    'Every update reached every reader once and in order.',
  ].join('\n')
}

/** A server that was not busy was not the limit of its own run. */
function heldBackBy({ serverBusy, loadBusy }: FanOutSummary): string {
  if (serverBusy >= busyFrom) return ' '
  return loadBusy >= busyFrom ? '*' : '~'
}

function formatCost({ cost }: Results): string {
  if (!cost) return ''
  const { updateBytes, stringify, call, callAndDrain, callDrainAndRead } = summarizeCost(cost)
  const row = (title: string, { nanos, ratio }: { nanos: number; ratio: number }): string[] => [
    title,
    `${whole.format(nanos)} ns`,
    times(ratio),
  ]
  return [
    `COST OF A CALL: beside JSON.stringify of the same update of ${updateBytes} bytes (less is better)`,
    formatTable([
      row('JSON.stringify', stringify),
      row('status.tool(…)', call),
      row('… and accepted, no reader', callAndDrain),
      row('… and accepted, read in this process', callDrainAndRead),
    ]),
  ].join('\n')
}

function formatLatency({ latency }: Results): string {
  const entries = Object.entries(latency) as [ContenderName, readonly number[]][]
  if (entries.length === 0) return ''
  const base = latency['raw-single']
  const raw = base ? summarizeLatency(base) : null
  const ms = (micros: number): string => `${(micros / 1_000).toFixed(3)} ms`
  return [
    'LATENCY: from the call to the reader’s socket, 10 updates a second, one reader (less is better)',
    formatTable([
      ['', 'p50', '', 'p99', '', 'updates'],
      ...entries.map(([contender, micros]) => {
        const { p50, p99, samples } = summarizeLatency(micros)
        const ratios = raw ? [times(p50 / raw.p50), times(p99 / raw.p99)] : ['', '']
        return [contenders[contender].title, ms(p50), ratios[0] ?? '', ms(p99), ratios[1] ?? '', String(samples)]
      }),
    ]),
  ].join('\n')
}

/** Columns padded to their widest cell: the first to the left, the numbers to the right. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n')
}
