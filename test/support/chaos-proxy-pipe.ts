import type { Socket } from 'node:net'
import { type Random, systemClock } from '@telltale/server'

/** What happens to bytes on their way in one direction. */
export interface Weather {
  /** How long they take at least, in milliseconds. @default 0 */
  readonly latencyMs: number
  /** How much longer they may take, by chance, in milliseconds; they stay in order. @default 0 */
  readonly jitterMs: number
  /** Most bytes written at once; 0 is as they came. @default 0 */
  readonly sliceBytes: number
  /** How fast they go; 0 is without a bound. @default 0 */
  readonly bytesPerSecond: number
  /**
   * A black hole: nothing comes through, not even that a side has hung up. `swallow` loses the bytes, `hold` has them
   * come through when it is over, as TCP does by sending again. @default 'none'
   */
  readonly hole: 'none' | 'swallow' | 'hold'
}

/** Bytes pass as they come. */
export const calm: Weather = Object.freeze({
  latencyMs: 0,
  jitterMs: 0,
  sliceBytes: 0,
  bytesPerSecond: 0,
  hole: 'none',
})

/** Most bytes that are under way; who sends more waits, as behind a full window of TCP. */
const underWayMax = 65_536

/** Carries bytes from one socket to another, through some weather. */
export class ChaosPipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #random: Random
  #weather: Weather
  #queue: { readonly bytes: Buffer; readonly dueAt: number }[] = []
  #underWay = 0
  #lastDueAt = 0
  #cancel: (() => void) | null = null
  /** How the sending side ended, as long as the other has not been told. */
  #ending: 'end' | 'reset' | null = null

  constructor(from: Socket, to: Socket, weather: Weather, random: Random) {
    this.#from = from
    this.#to = to
    this.#weather = weather
    this.#random = random
    from.on('data', (bytes: Buffer) => this.#take(bytes))
    from.on('end', () => this.#end('end'))
    from.on('close', (hadError) => this.#end(hadError ? 'reset' : 'end'))
    to.on('drain', () => this.#pump())
  }

  get weather(): Weather {
    return this.#weather
  }

  /** Changes the weather; what is under way goes on by the new one. */
  set(change: Partial<Weather>): void {
    this.#weather = { ...this.#weather, ...change }
    this.#pump()
  }

  /** Forgets what is under way. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#queue = []
  }

  #take(bytes: Buffer): void {
    const { hole, sliceBytes, latencyMs, jitterMs, bytesPerSecond } = this.#weather
    if (hole === 'swallow') return
    const size = sliceBytes || bytes.length
    for (let start = 0; start < bytes.length; start += size) {
      const slice = bytes.subarray(start, start + size)
      const paceMs = bytesPerSecond ? (slice.length / bytesPerSecond) * 1_000 : 0
      const arrivesAt = systemClock.monotonic() + latencyMs + jitterMs * this.#random()
      this.#lastDueAt = Math.max(this.#lastDueAt + paceMs, arrivesAt)
      this.#queue.push({ bytes: slice, dueAt: this.#lastDueAt })
      this.#underWay += slice.length
    }
    if (this.#underWay >= underWayMax) this.#from.pause()
    this.#pump()
  }

  #pump(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#weather.hole !== 'none') return
    const now = systemClock.monotonic()
    let sent = 0
    for (const { bytes, dueAt } of this.#queue) {
      if (dueAt > now || this.#to.writableNeedDrain) break
      this.#to.write(bytes)
      this.#underWay -= bytes.length
      sent++
    }
    this.#queue.splice(0, sent)
    if (this.#underWay < underWayMax) this.#from.resume()
    const [next] = this.#queue
    if (next && !this.#to.writableNeedDrain) {
      this.#cancel = systemClock.after(Math.max(1, next.dueAt - now), () => this.#pump())
    }
    if (!next) this.#tellEnd()
  }

  #end(how: 'end' | 'reset'): void {
    this.#ending = how
    this.#pump()
  }

  #tellEnd(): void {
    if (this.#ending === 'reset') this.#to.resetAndDestroy()
    else if (this.#ending === 'end') this.#to.end()
  }
}
