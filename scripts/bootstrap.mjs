#!/usr/bin/env node
// Brings a machine that has only Node and npm to where a command of this workspace can run, and runs it.
// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './chromium.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const pnpmVersion = '12.21.0'
const [command = 'setup', ...rest] = process.argv.slice(2)
const started = Date.now()

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed, this is ${process.versions.node}`)

const commands = {
  setup: () => setUp(),
  start: () => {
    setUp()
    say('starting the demo')
    // No pnpm in between: Ctrl-C and SIGTERM reach the demo itself.
    replace(localNode(), ['apps/demo/server/main.ts', ...rest])
  },
  test: () => {
    install()
    provideChromium()
    pnpm(['run', 'everything'])
  },
  bench: () => {
    setUp()
    replace(localNode(), ['bench/src/main.ts', ...rest])
  },
  pictures: () => {
    setUp()
    provideChromium()
    say('taking the pictures')
    replace(localNode(), ['scripts/pictures/take.ts', ...rest])
  },
}

const run = commands[command]
if (!run) fail(`unknown command ${command}: one of ${Object.keys(commands).join(', ')}`)
run()

function setUp() {
  install()
  say('building')
  pnpm(['run', '--silent', 'build'])
  say(`ready after ${((Date.now() - started) / 1000).toFixed(0)} s`)
}

function install() {
  say(`installing with pnpm ${pnpmVersion}`)
  pnpm(['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'])
}

/** Tests in a real browser need one; it is installed where that is allowed, and missed loudly where it is not. */
function provideChromium() {
  if (findChromium()) return
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('installing chromium')
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update'], quiet)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet)
    if (findChromium()) return
  }
  const missing = 'no Chromium found: set CHROMIUM_PATH to one'
  if (process.env.CI) fail(missing)
  say(`${missing}. THE BROWSER TESTS ARE LEFT OUT.`)
}

function localNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(own) ? own : process.execPath
}

function pnpm(args) {
  const { npm_config_user_agent: _agent, ...env } = process.env
  const result = spawnSync('npx', ['--yes', `pnpm@${pnpmVersion}`, ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** Runs a program in our place: what ends us ends it, and its exit code is ours. */
function replace(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
  // A terminal sends Ctrl-C to both of us; other senders know only us.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => undefined)
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

function say(text) {
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.log(`[${name.replace('-workspace', '')}] ${text}`)
}

function fail(text) {
  console.error(text)
  process.exit(1)
}
