import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './root.ts'

/** The demo's page, built into a folder of its own so that runs beside each other do not meet. */
export interface BuiltPage extends AsyncDisposable {
  readonly directory: string
}

/** Builds the page as it is written now. In `development` React checks what it is given, and mounts everything twice. */
export async function buildPage(mode: 'production' | 'development'): Promise<BuiltPage> {
  const directory = await mkdtemp(join(tmpdir(), 'telltale-page-'))
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = ['build', 'apps/demo', '--mode', mode, '--outDir', directory, '--emptyOutDir', '--logLevel', 'warn']
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root, env: { ...process.env, NODE_ENV: mode } })
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
