/** Where a Chromium is on this machine, or null. CHROMIUM_PATH names one. */
export function findChromium(): string | null
/** Flags for a Chromium that tests drive: without a display, and without calling home. */
export const chromiumFlags: string[]
