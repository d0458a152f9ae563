import type { Sample } from '../../api/analysis.ts'
import { newConversationId } from '../address/conversation-id.ts'
import { startAnalysis } from '../results/calls.ts'

/** Starts ten analyses in ten new conversations, each sample in its turn. Rejects when one could not be started. */
export async function runTen(samples: readonly Sample[], pauseMs: number): Promise<void> {
  const ten = Array.from({ length: 10 }, (_, index) => samples[index % samples.length])
  const starts = ten.flatMap((sample) =>
    sample ? [startAnalysis(newConversationId(), { sample: sample.id }, pauseMs)] : [],
  )
  // All are tried, also when one fails.
  const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
