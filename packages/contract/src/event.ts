/** How much an event matters when something must be shed; also a floor a reader can ask for. */
export type Priority = 'low' | 'normal' | 'high'

/** The priorities, least first. */
export const priorities: readonly Priority[] = ['low', 'normal', 'high']

/** A number that orders priorities: 0 is `low`. */
export function priorityRank(priority: Priority): number {
  return priorities.indexOf(priority)
}

/** What the engine sees of an event, whatever its domain. */
export interface EventHead {
  /** Unique in its topic. */
  readonly id: string
  /** The event's type; in the status domain its category. */
  readonly type: string
  /** A later event of the same type and key may stand for this one, for a reader who lags. */
  readonly key?: string | undefined
  readonly priority: Priority
  /** It ends something: it does not wait, and no later event stands for it. */
  readonly isFinal?: boolean | undefined
  /** It changes what a reader shows as going on: it passes every floor of priority. */
  readonly passesFloor?: boolean | undefined
}
