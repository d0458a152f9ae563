// Plain JavaScript, because it runs before anything is installed.
declare module '*/scripts/chromium.mjs' {
  export function findChromium(): string | null
  export const chromiumFlags: string[]
}
