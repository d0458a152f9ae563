import {
  type AnyContract,
  defaultContract,
  type JsonObject,
  type Retention,
  resolveRetention,
  TelltaleError,
} from '@telltale/contract'
import { memoryBackplane } from '../adapters/memory/backplane.ts'
import { type Clock, systemClock } from '../async/clock.ts'
import { type Random, secureRandom } from '../async/random.ts'
import type { LeaseLimits } from '../core/leases.ts'
import { defaultPayloadLimits, type PayloadLimits } from '../publisher/limits.ts'
import type { OpenSpanLimits } from '../publisher/open-spans.ts'
import type { Access, Identity } from '../seams/access.ts'
import type { BackplaneFactory } from '../seams/backplane.ts'
import type { TelemetrySink } from '../telemetry/events.ts'
import { type ConnectionLimits, defaultConnectionLimits } from '../transport/limits.ts'

/** Limits of the queue and of the frames. */
export interface FlowLimits {
  /** Most updates that wait to be accepted; beyond it the least important are shed and announced. @default 10_000 */
  readonly queueLimit: number
  /** Most updates in a frame. @default 100 */
  readonly batchSize: number
  /** Most bytes of updates in a frame. @default 262_144 */
  readonly frameMaxBytes: number
  /** Readers of a busy conversation are woken at most once in this time, in milliseconds. @default 50 */
  readonly flushIntervalMs: number
  /** About most memory taken by updates that are kept for readers who lag, when it is more than the retention keeps. @default 1_048_576 */
  readonly lagMaxBytes: number
}

/** Limits of spans, and of the leases that keep them honest. */
export interface SpanLimits extends OpenSpanLimits, LeaseLimits {}

/** Every limit of a server; each has a default, and a telemetry event when it is hit. */
export interface TelltaleLimits extends FlowLimits, PayloadLimits, ConnectionLimits, SpanLimits {}

/** What {@link createTelltale} takes; all of it optional. */
export interface TelltaleOptions<TContract extends AnyContract> {
  /** The app's categories. @default the six default categories */
  contract?: TContract
  /** Who may come in and do what. Without it only this machine may: others are refused. */
  access?: Access
  /**
   * Origins of other sites whose pages may come with what their browser adds, such as cookies, and may read answers over plain
   * HTTP: `https://app.example.com`, letter by letter. Pages of the server's own host need not be named. Throws
   * `INVALID_OPTION` for what is no origin.
   * @default none
   */
  origins?: readonly string[]
  /** Where the logs are kept. @default memoryBackplane() */
  backplane?: BackplaneFactory
  /** How much of each conversation is kept. @default 1,000 updates, 10 minutes */
  retention?: Partial<Retention>
  /** @see TelltaleLimits */
  limits?: Partial<TelltaleLimits>
  /**
   * What those who watch a conversation are told of each other, such as a name: a JSON object of at most 1 KiB. Called when
   * a connection begins to watch; what throws or does not fit is left out. @default nothing but the user's id
   */
  presence?: (identity: Identity) => JsonObject
  /** Told of everything that happens; never throws into us. */
  telemetry?: TelemetrySink
  /** Who calls over somebody else's tRPC adapter, from that adapter's context; `null` is nobody. */
  identity?: (context: unknown) => Identity | null
  /** Lets subscriptions run over somebody else's adapter, without our limits and without the gate. @default false */
  unsafeTransport?: boolean
  /** Time, for tests. @default the process's */
  clock?: Clock
  /** Chance, for tests. @default the system's secure source */
  random?: Random
}

/** The options with every default filled in. */
export interface ResolvedOptions<TContract extends AnyContract> {
  readonly contract: TContract
  readonly access: Access | null
  readonly origins: ReadonlySet<string>
  readonly backplane: BackplaneFactory
  readonly retention: Retention
  readonly limits: TelltaleLimits
  readonly telemetry: TelemetrySink | undefined
  readonly presence: ((identity: Identity) => JsonObject) | undefined
  readonly identity: ((context: unknown) => Identity | null) | undefined
  readonly unsafeTransport: boolean
  readonly clock: Clock
  readonly random: Random
}

const defaultFlowLimits: FlowLimits = {
  queueLimit: 10_000,
  batchSize: 100,
  frameMaxBytes: 262_144,
  flushIntervalMs: 50,
  lagMaxBytes: 1_048_576,
}

const defaultSpanLimits: SpanLimits = {
  openSpansMax: 20_000,
  openSpansPerUser: 5_000,
  leaseLapseMs: 20_000,
  leaseSweepMs: 1_000,
}

/** The default of every limit. */
export const defaultLimits: TelltaleLimits = Object.freeze({
  ...defaultFlowLimits,
  ...defaultPayloadLimits,
  ...defaultConnectionLimits,
  ...defaultSpanLimits,
})

/** Fills the defaults and refuses contradictions (`INVALID_OPTION`, with both values). */
export function resolveOptions<TContract extends AnyContract>(
  options: TelltaleOptions<TContract>,
): ResolvedOptions<TContract> {
  const limits = resolveLimits(options.limits ?? {})
  return {
    // The type parameter is the default contract's whenever the option is absent.
    contract: options.contract ?? (defaultContract as AnyContract as TContract),
    access: options.access ?? null,
    origins: new Set((options.origins ?? []).map(checkOrigin)),
    backplane: options.backplane ?? memoryBackplane(),
    retention: resolveRetention(options.retention),
    limits,
    telemetry: options.telemetry,
    presence: options.presence,
    identity: options.identity,
    unsafeTransport: options.unsafeTransport ?? false,
    clock: options.clock ?? systemClock,
    random: options.random ?? secureRandom,
  }
}

function checkOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
  throw new TelltaleError('INVALID_OPTION', `an origin is like https://app.example.com, not ${origin}`)
}

function resolveLimits(given: Partial<TelltaleLimits>): TelltaleLimits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name))
      throw new TelltaleError('INVALID_OPTION', `there is no limit named ${name}`)
    const isZeroAllowed = name === 'flushIntervalMs'
    if (value !== undefined && !(value > 0 || (isZeroAllowed && value === 0))) {
      throw new TelltaleError('INVALID_OPTION', `limits.${name} must be positive, not ${value}`)
    }
  }
  const limits = { ...defaultLimits, ...definedOnly(given) }
  const mustNotExceed = (small: keyof TelltaleLimits, large: keyof TelltaleLimits, why: string): void => {
    if (limits[small] <= limits[large]) return
    throw new TelltaleError(
      'INVALID_OPTION',
      `limits.${small} (${limits[small]}) is over limits.${large} (${limits[large]}): ${why}`,
    )
  }
  mustNotExceed('subscriptionsMax', 'batchMax', 'a client resumes all its subscriptions in one message')
  mustNotExceed('pingIntervalMs', 'deadAfterMs', 'a client would be gone before it was asked')
  mustNotExceed('leaseSweepMs', 'leaseLapseMs', 'what lapsed has to be seen in time')
  mustNotExceed('updateMaxBytes', 'frameMaxBytes', 'an update has to fit into a frame')
  return limits
}

function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T
}
