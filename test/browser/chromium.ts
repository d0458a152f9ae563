import { type Browser, chromium } from 'playwright'
import { chromiumFlags, findChromium } from '../../scripts/chromium.mjs'

const executablePath = findChromium()

/** Whether the tests that need a browser run. Where it is left to chance they are left out; in CI they fail instead. */
export const isBrowserExpected = executablePath !== null || Boolean(process.env['CI'])

if (!isBrowserExpected) console.warn('No Chromium found, set CHROMIUM_PATH to one: THE BROWSER TESTS ARE LEFT OUT.')

/** Starts a Chromium without a window. */
export async function launchChromium(): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium found, set CHROMIUM_PATH to one')
  return chromium.launch({ executablePath, args: chromiumFlags })
}
