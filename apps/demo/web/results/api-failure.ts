/** Why the server did not do what it was asked for. A network that fails is a `TypeError` of the browser's own. */
export class ApiFailure extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiFailure'
    this.status = status
  }
}
