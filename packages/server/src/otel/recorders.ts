import type { Attributes, Counter, Meter } from '@opentelemetry/api'
import type { Action } from '../seams/access.ts'
import type { TelemetryListeners } from '../telemetry/events.ts'
import { closeCodes } from '../transport/close-codes.ts'
import type { Refusal } from '../transport/reception.ts'
import { categoryAttributes, oneOf } from './attributes.ts'

/** What is recorded of each event; `null` where that is nothing. A new event does not compile before it is decided. */
export type Recorders = Required<TelemetryListeners>

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const longSeconds = [1, 10, 60, 300, 900, 3_600, 14_400, 86_400]
const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

/** Of what a peer may say in its close frame, these: 4,000 codes would be 4,000 series. */
const closeCodeOf = oneOf(
  new Set<number>([1_000, 1_001, 1_002, 1_003, 1_005, 1_006, 1_007, 1_008, 1_009, 1_011].concat(ourCloseCodes())),
)
const actions = {
  connect: true,
  subscribe: true,
  publish: true,
  history: true,
  presence: true,
} satisfies Record<Action | 'connect', true>
const actionOf = oneOf(new Set(Object.keys(actions)))
const statuses = {
  400: true,
  401: true,
  403: true,
  404: true,
  405: true,
  408: true,
  413: true,
  415: true,
  429: true,
  503: true,
} satisfies Record<Refusal['status'], true>
const statusOf = oneOf(new Set(Object.keys(statuses).map(Number)))

function ourCloseCodes(): number[] {
  return Object.values(closeCodes).map(([code]) => code)
}

/** Makes the instruments, and says which event is recorded where. Nothing that a stranger wrote becomes an attribute. */
export function createRecorders(meter: Meter): Recorders {
  const ofCategory = categoryAttributes()
  const counter = (name: string, unit: string, description: string): Counter =>
    meter.createCounter(`telltale.${name}`, { unit, description })
  const histogram = (name: string, unit: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(`telltale.${name}`, { unit, description, advice: { explicitBucketBoundaries } })

  /** Counts by category. */
  function byCategory(
    name: string,
    description: string,
  ): (counts: Readonly<Record<string, number>>, more?: Attributes) => void {
    const updates = counter(name, '{update}', description)
    return (counts, more) => {
      for (const category in counts) {
        const attributes = ofCategory(category)
        updates.add(counts[category] ?? 0, more ? { ...attributes, ...more } : attributes)
      }
    }
  }

  const accepted = byCategory('updates.accepted', 'Updates that got their place in the log')
  const shed = byCategory('updates.shed', 'Updates that a full queue had no room for')
  const rejected = byCategory('updates.rejected', 'Updates that were refused')
  const truncated = byCategory('updates.truncated', 'Updates whose text was cut')
  const lost = counter('updates.lost', '{update}', 'Updates that the backplane did not take')
  const delivered = byCategory('updates.delivered', 'Updates that were handed to readers, counted for each of them')
  const missed = byCategory('updates.missed', 'Updates that readers were told they missed, as far as that is known')
  const conflated = byCategory('updates.conflated', 'Updates a later one stood for, for readers who lagged')

  const queueDepth = histogram('queue.depth', '{update}', 'Updates that waited when the queue was emptied', sizes)
  const queueLimit = meter.createGauge('telltale.queue.limit', { unit: '{update}', description: 'Most that may wait' })
  const flushSize = histogram('flush.size', '{update}', 'Updates of a conversation accepted together', sizes)
  const flushDuration = histogram('flush.duration', 's', 'From the queue to the log, for the first of a flush', seconds)
  const backplaneFailures = counter('backplane.failures', '{failure}', 'Failures of the backplane')
  const evictions = counter('conversation.evictions', '{conversation}', 'Idle conversations that were forgotten')
  const spanLosses = counter('span.losses', '{span}', 'Spans whose producer was gone')

  const readers = meter.createUpDownCounter('telltale.reader.count', { unit: '{reader}', description: 'Open readers' })
  const readersOpened = counter('reader.openings', '{reader}', 'Readers that were opened')
  const resumes = counter('reader.resumes', '{resume}', 'Readers that asked to go on where they had been')
  const gaps = counter('reader.gaps', '{gap}', 'Gaps that readers were told of')
  const batchSize = histogram('reader.batch.size', '{update}', 'Updates of a batch, counted for each reader', sizes)

  const connections = meter.createUpDownCounter('telltale.connection.count', {
    unit: '{connection}',
    description: 'Open connections',
  })
  const connectionDuration = histogram('connection.duration', 's', 'How long connections were open', longSeconds)
  const refusals = counter('connection.refusals', '{connection}', 'Connections and requests that were refused')
  const limitHits = counter('connection.limit_hits', '{hit}', 'Limits of connections that were hit')
  const members = meter.createUpDownCounter('telltale.presence.member.count', {
    unit: '{member}',
    description: 'Users who watch a conversation, counted for each conversation',
  })
  const infoRefusals = counter('presence.info_refusals', '{refusal}', 'What the app told of a user and was left out')
  const changes = counter('reader.changes', '{change}', 'Readers that asked for other categories')
  const denials = counter('access.denials', '{denial}', 'What somebody may not do')
  const revocations = counter('access.revocations', '{revocation}', 'Times that something was taken back')
  const expiries = counter('access.expiries', '{connection}', 'Connections whose credentials ended')
  const refreshes = counter('access.refreshes', '{refresh}', 'Other credentials for an open connection')
  const accessLimitHits = counter('access.limit_hits', '{hit}', 'Limits of access that were hit')
  const errors = counter('errors', '{error}', 'Faults of ours')

  return {
    'broadcaster.drained': (event) => {
      queueDepth.record(event.depth)
      queueLimit.record(event.queueLimit)
    },
    'broadcaster.shed': ({ category, count }) => shed({ [category]: count }),
    'updates.accepted': ({ count, counts, latencyMs }) => {
      accepted(counts)
      flushSize.record(count)
      flushDuration.record(latencyMs / 1_000)
    },
    // The problem may quote what a stranger wrote.
    'update.rejected': ({ category, reason }) => rejected({ [category]: 1 }, { 'telltale.reason': reason }),
    'spans.lost': ({ count, reason }) => spanLosses.add(count, { 'telltale.reason': reason }),
    'update.truncated': ({ category }) => truncated({ [category]: 1 }),
    'backplane.failed': ({ operation, count }) => {
      backplaneFailures.add(1, { 'telltale.operation': operation })
      if (count > 0) lost.add(count)
    },
    'history.evicted': ({ conversations, limit }) => evictions.add(conversations, { 'telltale.limit': limit }),
    'reader.delivered': ({ count, counts }) => {
      delivered(counts)
      batchSize.record(count)
    },
    'reader.gap': ({ reason, counts }) => {
      gaps.add(1, { 'telltale.reason': reason })
      if (counts) missed(counts, { 'telltale.reason': reason })
    },
    'reader.resumed': ({ outcome }) => resumes.add(1, { 'telltale.outcome': outcome }),
    'reader.opened': () => {
      readers.add(1)
      readersOpened.add(1)
    },
    'reader.closed': () => readers.add(-1),
    'reader.conflated': ({ counts }) => conflated(counts),
    'connection.opened': () => connections.add(1),
    'connection.closed': ({ durationMs, code }) => {
      connections.add(-1)
      connectionDuration.record(durationMs / 1_000, { 'telltale.close_code': closeCodeOf(code) })
    },
    'connection.refused': ({ status }) => refusals.add(1, { 'http.response.status_code': statusOf(status) }),
    'connection.limit': ({ limit }) => limitHits.add(1, { 'telltale.limit': limit }),
    // Its ids are for the audit record, and for nothing else.
    'access.denied': ({ action, reason }) =>
      denials.add(1, { 'telltale.action': actionOf(action), 'telltale.reason': reason }),
    'access.revoked': () => revocations.add(1),
    'access.expired': (event) => expiries.add(event.connections),
    'access.refreshed': ({ outcome }) => refreshes.add(1, { 'telltale.outcome': outcome }),
    'access.limit': ({ limit }) => accessLimitHits.add(1, { 'telltale.limit': limit }),
    'subscription.changed': ({ outcome }) => changes.add(1, { 'telltale.outcome': outcome }),
    'presence.joined': () => members.add(1),
    'presence.left': () => members.add(-1),
    'presence.info-refused': ({ reason }) => infoRefusals.add(1, { 'telltale.reason': reason }),
    'error.internal': () => errors.add(1),
  }
}
