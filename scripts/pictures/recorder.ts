import type { Page } from 'playwright'
import type { ClipFrame } from './gif.ts'

/** Takes pictures of a page, one after the other, until it is stopped. */
export interface Recorder {
  /** What was taken, each with how long it was to be seen. */
  stop(): Promise<ClipFrame[]>
}

/** Most pictures a second. */
const ratePerSecond = 8

/** Begins to record. Two equal pictures in a row are one that is seen longer. */
export function record(page: Page): Recorder {
  const frames: { png: Buffer; durationMs: number }[] = []
  let isStopped = false
  async function run(): Promise<void> {
    while (!isStopped) {
      const startedAt = performance.now()
      const png = await page.screenshot({ type: 'png', animations: 'allow', caret: 'hide' })
      const spareMs = 1_000 / ratePerSecond - (performance.now() - startedAt)
      if (spareMs > 0) await new Promise((resolve) => setTimeout(resolve, spareMs))
      const durationMs = performance.now() - startedAt
      const last = frames.at(-1)
      if (last?.png.equals(png)) last.durationMs += durationMs
      else frames.push({ png, durationMs })
    }
  }
  const running = run()
  return {
    async stop() {
      isStopped = true
      await running
      return frames
    },
  }
}
