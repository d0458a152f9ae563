import { setTimeout } from 'node:timers/promises'
import type { StatusStream, TelltaleError } from '@telltale/client'
import type { AnyContract, From } from '@telltale/contract'
import { Command, Option } from 'commander'
import { parseCategories, parseFrom } from './arguments.ts'
import { type ConnectOptions, connect, withConnectOptions } from './connect.ts'
import { type AnyEvent, formatEvent, formatJson } from './line.ts'
import { closeOnSignal } from './shutdown.ts'
import { notice, paint, print } from './terminal.ts'

interface TailOptions extends ConnectOptions {
  readonly categories?: string[]
  readonly from: From
  readonly json?: true
}

const defaultLast = 20
const goodbyeMs = 500

const examples = `
Examples:
  telltale tail chat-7                              the last ${defaultLast} updates, then what comes
  telltale tail chat-7 --categories tool,error      only these
  telltale tail chat-7 --from live                  only what comes from now on
  telltale tail chat-7 --from snapshot              the newest of each category, then what comes
  telltale tail chat-7 --json | jq .update.text     one object a line: {"type":"update","update":{…}} or {"type":"gap",…}

It comes back by itself when the connection drops, and says so on standard error. Ctrl-C ends it.`

/** `telltale tail` */
export function tailCommand(): Command {
  const command = new Command('tail')
    .summary("print a conversation's updates as they come")
    .description("Prints a conversation's updates as they come, and says what was missed.")
    .argument('<conversation>', 'its id')
    .option('--categories <names>', 'only these, between commas', parseCategories)
    .addOption(
      new Option('--from <place>', 'where to begin: snapshot, live, all, or a number of updates')
        .argParser(parseFrom)
        .default({ last: defaultLast }, String(defaultLast)),
    )
    .option('--json', 'one JSON object a line')
  return withConnectOptions(command).addHelpText('after', examples).action(tail)
}

async function tail(conversationId: string, options: TailOptions): Promise<void> {
  const { url, from, categories } = options
  const format = options.json ? formatJson : (event: AnyEvent) => formatEvent(event, paint)
  let refusal: TelltaleError | null = null
  let isDown = false
  await using client = connect(options, (error) => {
    if (error.code === 'UNAUTHORIZED') {
      refusal = error
      void client.close()
    } else if (!isDown) {
      isDown = true
      notice(`${error.message}, trying again`)
    }
  })
  const stream = client.status({ conversationId, from, ...(categories && { categories }) })
  // A server that does not answer may keep a goodbye waiting: there is nothing to lose by going.
  const ignoreSignals = closeOnSignal(() => Promise.race([client.close(), setTimeout(goodbyeMs)]))
  watch(stream, {
    ready() {
      isDown = false
      const isBlocked = options.transport === 'auto' && client.transport.getSnapshot() === 'sse'
      notice(`connected to ${url}${isBlocked ? ' by server-sent events: WebSockets do not get through' : ''}`)
      if (from === 'snapshot') for (const event of latestOf(stream)) void print(format(event))
    },
    lost() {
      if (!isDown) notice('connection lost, trying again')
      isDown = true
    },
    back() {
      if (isDown) notice('connected again')
      isDown = false
    },
  })
  try {
    for await (const event of stream) await print(format(event))
  } finally {
    ignoreSignals()
  }
  if (refusal) throw refusal
}

/** Tells of a stream's first frame, and of its connection from then on. */
function watch(
  { store }: StatusStream<AnyContract, string>,
  told: { ready(): void; lost(): void; back(): void },
): void {
  let isReady = false
  store.subscribe(() => {
    const { position, connection } = store.getSnapshot()
    if (!isReady) {
      if (position === null) return
      isReady = true
      told.ready()
    } else if (connection === 'open') told.back()
    else if (connection === 'connecting') told.lost()
  })
}

/** What the snapshot shows: the newest update of each category, oldest first. */
function latestOf({ store }: StatusStream<AnyContract, string>): AnyEvent[] {
  return Object.values(store.getSnapshot().latest)
    .filter((update) => update !== undefined)
    .sort((a, b) => a.offset - b.offset)
    .map((update) => ({ type: 'update', update: { ...update, replayed: true } }))
}
