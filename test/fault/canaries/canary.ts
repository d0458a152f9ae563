/** A bug that is put into the product's code for one run, to see whether the checker finds it. */
export interface Canary {
  readonly name: string
  /** Where, from the root of the repository. */
  readonly file: string
  /** The text it replaces, which stands there exactly once. */
  readonly from: string
  readonly to: string
}
