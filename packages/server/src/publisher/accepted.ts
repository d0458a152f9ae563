/** An accepted update. */
export interface Accepted {
  readonly id: string
  readonly position: string
}
