import { AsyncLocalStorage } from 'node:async_hooks'
import { type AnyContract, checkMetadata } from '@telltale/contract'
import { createStatus, type Place, type ProducerFace } from '@telltale/contract/producer'
import type { Clock } from '../async/clock.ts'
import type { Publisher } from '../publisher/publisher.ts'

/** The producers' face of this server: what it is told goes straight to the publisher. */
export function createServerStatus<TContract extends AnyContract>(
  contract: TContract,
  publisher: Pick<Publisher, 'say' | 'nextId'>,
  clock: Clock,
): ProducerFace<TContract> {
  return createStatus<TContract>(contract, {
    say: (...said) => publisher.say(...said),
    ambient: new AsyncLocalStorage<Place>(),
    clock,
    fits: (category, metadata) => checkMetadata(contract, category, metadata).ok,
    nextSpanId: () => publisher.nextId(),
    warn: (message) => process.emitWarning(message, 'TelltaleWarning'),
  })
}
