/**
 * Makes a function that asks for something anew: never twice at the same time, and once more at the end when it was
 * called in between, so that the last answer is younger than the last call.
 */
export function createRefresher(refresh: () => Promise<unknown>): () => void {
  let isRunning = false
  let isWanted = false

  async function run(): Promise<void> {
    isRunning = true
    while (isWanted) {
      isWanted = false
      // What went wrong is the query's to tell.
      await refresh().catch(() => {})
    }
    isRunning = false
  }

  return () => {
    isWanted = true
    if (!isRunning) void run()
  }
}
