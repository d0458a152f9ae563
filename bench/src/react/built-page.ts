import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Launch } from '../child.ts'

/** The page, built into a folder of its own, which goes when it is disposed. */
export interface BuiltPage extends AsyncDisposable {
  readonly directory: string
}

/** Builds the page for production. */
export async function buildPage(code: Launch['code']): Promise<BuiltPage> {
  const directory = await mkdtemp(join(tmpdir(), 'telltale-bench-page-'))
  const script = fileURLToPath(new URL('./build.ts', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    await promisify(execFile)(process.execPath, [script, directory, code], { env })
  } catch (error) {
    await remove()
    throw new Error('the page could not be built', { cause: error })
  }
  return { directory, [Symbol.asyncDispose]: remove }
}
