/** A value now or later. What can answer at once does, and spares everybody a turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>

/** Whether a value has to be awaited. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}

/** Rejects with `onTimeout()` when a promise takes longer; the promise's own later outcome is then ignored. */
export async function withTimeout<T>(
  promise: MaybePromise<T>,
  after: (callback: () => void) => () => void,
  onTimeout: () => Error,
): Promise<T> {
  if (!isPromise(promise)) return promise
  let cancel = (): void => undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    cancel = after(() => reject(onTimeout()))
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    cancel()
  }
}
