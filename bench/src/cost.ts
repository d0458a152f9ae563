import { createTelltale, type Telltale } from '@telltale/server'
import { answerCommands, type CostCommands, type Costs } from './commands.ts'
import { conversationId, draftOf, updateOf } from './update.ts'

// The process that measures what a call costs its caller. Nothing else runs in it, and no socket is open.

/** Updates of one sample: well below the queue's limit, so that nothing is shed. */
const batch = 1_000
const warmUps = 40

const drafts = Array.from({ length: batch }, (_, index) => draftOf(index + 1))
const updates = drafts.map((draft) => ({ ...updateOf(draft), category: 'tool' }))

answerCommands<CostCommands>({ measure: ({ samples }) => measure(samples) })

async function measure(samples: number): Promise<Costs> {
  await using unread = createTelltale()
  await using watched = createTelltale()
  const reader = openReader(watched)
  const stringify: number[] = []
  const call: number[] = []
  const callAndDrain: number[] = []
  const callDrainAndRead: number[] = []
  for (let sample = -warmUps; sample < samples; sample++) {
    const stringified = timeStringify()
    const said = await timeCalls(unread, () => unread.flush())
    const read = await timeCalls(watched, () => reader.hasRead(batch * (sample + warmUps + 1)))
    if (sample < 0) continue
    stringify.push(stringified)
    call.push(said.called)
    callAndDrain.push(said.settled)
    callDrainAndRead.push(read.settled)
  }
  return { updateBytes: JSON.stringify(updates[99]).length, stringify, call, callAndDrain, callDrainAndRead }
}

function timeStringify(): number {
  let length = 0
  const started = performance.now()
  for (const update of updates) length += JSON.stringify(update).length
  const tookMs = performance.now() - started
  // The sum is looked at, so that the work cannot be left out.
  if (length < batch) throw new Error('nothing was stringified')
  return perUpdate(tookMs)
}

/** The same updates said one by one; then until they are accepted, or read. */
async function timeCalls(
  telltale: Telltale,
  settle: () => Promise<void>,
): Promise<{ called: number; settled: number }> {
  const { status } = telltale
  const started = performance.now()
  for (const { text, metadata } of drafts) status.tool(conversationId, text, metadata)
  const calledMs = performance.now() - started
  await settle()
  return { called: perUpdate(calledMs), settled: perUpdate(performance.now() - started) }
}

const perUpdate = (ms: number): number => (ms * 1_000_000) / batch

/** A reader in this process that looks at every update. */
function openReader(telltale: Telltale): { hasRead(count: number): Promise<void> } {
  let read = 0
  let awaited = { count: 0, resolve: () => {} }
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  const follow = async (): Promise<void> => {
    for await (const frame of telltale.subscribe({ conversationId })) {
      if (frame.type === 'gap') throw new Error(`the reader missed ${frame.missed} updates`)
      if (frame.type === 'batch') read += frame.updates.length
      if (read >= awaited.count) awaited.resolve()
    }
  }
  follow().catch(fail)
  return {
    async hasRead(count) {
      const isRead = new Promise<void>((resolve) => {
        awaited = { count, resolve }
      })
      if (read < count) await Promise.race([isRead, failed])
    },
  }
}
