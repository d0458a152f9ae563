import { Child } from '../child.ts'
import { contenders } from '../contenders/registry.ts'
import type { ConversationsLoadCommands } from '../conversations-load.ts'
import { type ConversationsContender, conversationsContenders } from '../conversations-names.ts'
import type { ConversationsServerCommands, Said } from '../conversations-server.ts'
import { orderOf } from '../fan-out.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { Setting } from '../pair.ts'
import { median, quantile } from '../statistics.ts'
import type { Workload } from '../workload.ts'

const conversationCount = 1_000
const perSecond = 1_000
const shares = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 } as const
type Share = keyof typeof shares
const shareNames = Object.keys(shares) as Share[]

interface Sample extends Said, Readonly<Record<Share, number>> {
  readonly contender: ConversationsContender
  readonly round: number
}

/** Many conversations with one reader each, at a calm pace: nothing can be gathered, and nothing shared. */
export const conversations: Workload = {
  name: 'conversations',
  title: 'Many conversations',
  async measure(setting, options, say) {
    const forMs = options.isQuick ? { warmUp: 2_000, run: 3_000 } : { warmUp: 15_000, run: 10_000 }
    const samples: Sample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of orderOf(conversationsContenders, round)) {
        const sample = await run(setting, { contender, round, forMs })
        samples.push(sample)
        say(
          `${round + 1}/${options.rounds}, ${contenders[contender].title}: p50 ${toMs(sample.p50)}, p99 ${toMs(sample.p99)} ms`,
        )
      }
    }
    const summaries = conversationsContenders.map((contender) => summarize(contender, samples))
    const raw = summaries.find(({ contender }) => contender === 'raw-single')
    const ratio = (own: Summary, name: Share | 'cpuMicros'): number => own[name] / (raw?.[name] ?? Number.NaN)
    return {
      name: 'conversations',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title: `Many conversations: ${toWhole(conversationCount)} with a reader each, ${toWhole(perSecond)} updates a second in all; from the call to the socket in ms (less is better)`,
          note:
            'The updates are said at their times, whatever becomes of those before. Medians over the rounds of each ' +
            'round’s own figures. CPU is the server’s, in µs an update.',
          columns: [...shareNames.flatMap((name) => [name, '']), 'CPU µs', ''],
          rows: summaries.map((own) => ({
            title: contenders[own.contender].title,
            cells: [
              ...shareNames.flatMap((name) => [toMs(own[name]), toTimes(ratio(own, name))]),
              toWhole(own.cpuMicros),
              toTimes(ratio(own, 'cpuMicros')),
            ],
          })),
        },
      ],
      ratios: Object.fromEntries(
        summaries
          .filter(({ contender }) => contender === 'telltale')
          .flatMap((own) => shareNames.map((name) => [`conversations/${name}`, ratio(own, name)])),
      ),
    }
  },
}

async function run(
  { machine, launch }: Setting,
  {
    contender,
    round,
    forMs,
  }: { contender: ConversationsContender; round: number; forMs: { warmUp: number; run: number } },
): Promise<Sample> {
  const cores = machine.pinned
  await using server = new Child<ConversationsServerCommands>('./conversations-server.ts', {
    launch,
    core: cores?.server ?? null,
    options: launch.serverOptions,
  })
  await using load = new Child<ConversationsLoadCommands>('./conversations-load.ts', {
    launch,
    core: cores?.load ?? null,
  })
  const { port } = await server.ask('open', { contender })
  await load.ask('connect', { contender, port, conversations: conversationCount })
  await server.ask('ready', { readers: conversationCount })
  const measure = async (ms: number): Promise<Said & { micros: readonly number[] }> => {
    await load.ask('begin', null)
    const said = await server.ask('say', { conversations: conversationCount, perSecond, forMs: ms }, ms + 60_000)
    const { latenciesMicros } = await load.ask('end', { updates: said.updates })
    return { ...said, micros: latenciesMicros }
  }
  await measure(forMs.warmUp)
  const { micros, ...said } = await measure(forMs.run)
  return {
    ...said,
    contender,
    round,
    p50: quantile(micros, shares.p50),
    p99: quantile(micros, shares.p99),
    'p99.9': quantile(micros, shares['p99.9']),
  }
}

interface Summary extends Readonly<Record<Share, number>> {
  readonly contender: ConversationsContender
  readonly cpuMicros: number
}

function summarize(contender: ConversationsContender, samples: readonly Sample[]): Summary {
  const own = samples.filter((sample) => sample.contender === contender)
  const middle = (pick: (sample: Sample) => number): number => median(own.map(pick))
  return {
    contender,
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    'p99.9': middle((sample) => sample['p99.9']),
    cpuMicros: middle(({ cpuMs, updates }) => (cpuMs * 1_000) / updates),
  }
}

const toMs = (micros: number): string => (micros / 1_000).toFixed(3)
