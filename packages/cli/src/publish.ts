import { type AnyContract, type Priority, TelltaleError, type UpdateInput } from '@telltale/contract'
import { Command } from 'commander'
import { parseMetadata, parsePriority } from './arguments.ts'
import { type Caller, createCaller } from './caller.ts'
import { type ConnectOptions, withConnectOptions } from './connect.ts'
import { refuseLarge } from './message-size.ts'
import { toPrintable } from './printable.ts'
import { publishLines } from './publish-lines.ts'
import { print } from './terminal.ts'

interface PublishOptions extends ConnectOptions {
  readonly metadata?: Record<string, unknown>
  readonly id?: string
  readonly key?: string
  readonly priority?: Priority
  readonly json?: true
}

const examples = `
Examples:
  telltale publish chat-7 tool Searching the web --metadata '{"tool":"web_search"}'
  telltale publish chat-7 progress '3 of 10 pages' --key pages --metadata '{"current":3,"total":10}'
  make 2>&1 | telltale publish chat-7 info -

With - as the text, or with no text and a pipe, each line of standard input is one update; empty lines are passed over.
It ends with 1 when something was not accepted.`

/** `telltale publish` */
export function publishCommand(): Command {
  const command = new Command('publish')
    .summary('publish an update, or one for each line of standard input')
    .description('Publishes an update, or one for each line of standard input, and waits until it is accepted.')
    .argument('<conversation>', 'its id')
    .argument('<category>', 'engine, tool, workflow, progress, error, info, or one of your own')
    .argument('[text...]', 'what to show; - reads standard input')
    .option('--metadata <json>', 'a JSON object', parseMetadata)
    .option('--id <id>', 'your own name for it: the same again within 10 minutes is not a second update')
    .option('--key <key>', 'a later update with the same category and key may replace it for a reader who lags')
    .option('--priority <priority>', 'low, normal or high', parsePriority)
    .option('--json', 'print the outcome as JSON')
  return withConnectOptions(command).addHelpText('after', examples).action(publish)
}

async function publish(
  conversationId: string,
  category: string,
  words: string[],
  options: PublishOptions,
): Promise<void> {
  const { metadata, id, key, priority } = options
  const toUpdate = (text: string): UpdateInput<AnyContract> => ({
    conversationId,
    category,
    text,
    ...(metadata && { metadata }),
    ...(id !== undefined && { id }),
    ...(key !== undefined && { key }),
    ...(priority && { priority }),
  })
  const text = words.join(' ')
  const isPiped = words.length === 0 && !process.stdin.isTTY
  const caller = createCaller(options)
  try {
    if (text === '-' || isPiped) await publishInput(toUpdate, caller, options)
    else await publishOne(toUpdate(text), caller, options)
  } finally {
    caller.close()
  }
}

async function publishOne(update: UpdateInput<AnyContract>, caller: Caller, { json }: PublishOptions): Promise<void> {
  if (update.text === '') throw new TelltaleError('INVALID_INPUT', 'there is no text to publish')
  const refusal = refuseLarge(update)
  if (refusal) throw refusal
  const { id, position } = await caller.call((client) => client.publish(update))
  await print(toPrintable(json ? JSON.stringify({ id, position }) : `published ${id} at ${position}`))
}

async function publishInput(
  toUpdate: (text: string) => UpdateInput<AnyContract>,
  caller: Caller,
  { id, json }: PublishOptions,
): Promise<void> {
  if (id !== undefined) throw new TelltaleError('INVALID_OPTION', '--id names one update, and each line is one')
  const outcome = { accepted: 0, rejected: 0 }
  try {
    await publishLines(process.stdin, toUpdate, caller, outcome)
  } finally {
    // Also when the rest could not be sent: whoever reads this knows how far it came.
    const { accepted, rejected } = outcome
    const refused = rejected === 0 ? '' : `, ${rejected} not accepted`
    await print(json ? JSON.stringify(outcome) : `published ${accepted} updates${refused}`)
  }
}
