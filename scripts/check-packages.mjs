#!/usr/bin/env node
// Looks at the packages as a stranger gets them: packed, unpacked, imported, type-checked. Run it after a build.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isWindows = process.platform === 'win32'
const findings = []
const find = (name, text) => findings.push(`${name}: ${text}`)

const publicPackages = globSync('packages/*/package.json', { cwd: root })
  .map((path) => ({ source: join(root, dirname(path)), manifest: readJson(join(root, path)) }))
  .filter(({ manifest }) => !manifest.private)
  .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name))

const stranger = mkdtempSync(join(tmpdir(), 'telltale-stranger-'))
try {
  const packed = publicPackages.map(unpack).filter((each) => each !== null)
  for (const each of packed) {
    checkFiles(each)
    checkTargets(each)
    await checkPublint(each)
  }
  if (findings.length === 0) {
    linkDependencies(packed)
    checkImports(packed)
    checkTypes(packed)
    for (const each of packed) checkCommands(each)
  }
} finally {
  rmSync(stranger, { recursive: true, force: true })
}

for (const finding of findings) console.error(finding)
if (findings.length > 0) process.exit(1)
console.log(`${publicPackages.length} packages are fit to publish: ${publicPackages.map(nameOf).join(', ')}`)

/** Packs as a release does, which also fills in `workspace:` and `catalog:`, and unpacks where a stranger installs. */
function unpack({ source, manifest }) {
  const { name, version } = manifest
  const directory = join(stranger, 'node_modules', name)
  const tarball = join(stranger, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  const pack = run('pnpm', ['pack', '--pack-destination', stranger], { cwd: source, shell: isWindows })
  if (pack.status !== 0 || !existsSync(tarball)) {
    find(name, `cannot be packed: ${outputOf(pack)}`)
    return null
  }
  mkdirSync(directory, { recursive: true })
  const tar = run('tar', ['-xzf', tarball, '-C', directory, '--strip-components=1'])
  if (tar.status !== 0) {
    find(name, `cannot be unpacked: ${outputOf(tar)}`)
    return null
  }
  const files = globSync('**/*', { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return {
    name,
    version,
    source,
    directory,
    files: new Set(files),
    manifest: readJson(join(directory, 'package.json')),
  }
}

/** What is in the tarball: no tests, no scraps, and a build that fits the sources. */
function checkFiles({ name, files }) {
  for (const file of files) {
    if (/\.(test|test-d|spec|bench)\.|(^|\/)(__tests__|fixtures|node_modules)\/|\.tsbuildinfo$/.test(file))
      find(name, `${file} would be published, and is no business of users`)
  }
  if (!files.has('LICENSE')) find(name, 'has no LICENSE')
  const stems = (folder, end) =>
    [...files].filter((file) => file.startsWith(folder) && end.test(file)).map((file) => stem(file, folder, end))
  const sources = new Set(stems('src/', /\.tsx?$/))
  const built = new Set(stems('dist/', /\.js$/))
  if (built.size === 0) {
    find(name, 'is not built: run pnpm run build first')
    return
  }
  for (const each of sources) if (!built.has(each)) find(name, `src/${each} was not built: run pnpm run build first`)
  for (const each of built)
    if (!sources.has(each)) find(name, `dist/${each}.js has no source any more: delete dist and build again`)
}

/** Every place that package.json points to is there. */
function checkTargets({ name, files, manifest }) {
  const targets = [...leaves(manifest.exports ?? {}), ...leaves(manifest.bin ?? {})]
  if (targets.length === 0) find(name, 'exports nothing')
  for (const target of targets) {
    if (!files.has(target.replace('./', '')))
      find(name, `package.json points to ${target}, which is not in the tarball`)
  }
  for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (/^(workspace|catalog|link|file):/.test(range)) find(name, `depends on ${dependency} ${range}, outside of here`)
  }
}

async function checkPublint({ name, directory }) {
  const { messages, pkg } = await publint({ pkgDir: directory, pack: false, strict: true, level: 'warning' })
  for (const message of messages) find(name, `publint: ${formatMessage(message, pkg, { color: false })}`)
}

/** Gives the stranger what the packages declare and what every TypeScript app has, and nothing else. */
function linkDependencies(packed) {
  const link = (name, from) => {
    const place = join(stranger, 'node_modules', name)
    if (existsSync(place)) return
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(realpathSync(from), place, isWindows ? 'junction' : 'dir')
  }
  for (const { source, manifest } of packed) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
      link(name, join(source, 'node_modules', name))
    if (manifest.peerDependencies?.react) link('@types/react', join(source, 'node_modules/@types/react'))
  }
  link('@types/node', join(root, 'node_modules/@types/node'))
  writeFileSync(join(stranger, 'package.json'), '{ "type": "module", "private": true }')
}

/** Node loads every entry, and each gives something away. */
function checkImports(packed) {
  const script = `for (const entry of ${JSON.stringify(packed.flatMap(entriesOf))}) {
    const names = await import(entry).then(Object.keys, (error) => { console.error(entry + ' does not load: ' + error.message); return null })
    if (names?.length === 0) console.error(entry + ' gives nothing away')
  }`
  const loaded = run(process.execPath, ['--input-type=module', '--eval', script], { cwd: stranger })
  for (const line of outputOf(loaded).split('\n').filter(Boolean)) find('stranger', line)
}

/** TypeScript finds the declarations of every entry, and everything they name. */
function checkTypes(packed) {
  const entries = packed.flatMap(entriesOf)
  writeFileSync(join(stranger, 'stranger.ts'), entries.map((entry) => `import '${entry}'\n`).join(''))
  const flags = '--noEmit --strict --module nodenext --target es2023 --skipLibCheck false --pretty false'
  const lib = ['--lib', 'es2024,esnext.disposable,dom', '--types', 'node', '--noUncheckedSideEffectImports']
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const result = run(process.execPath, [tsc, ...flags.split(' '), ...lib, 'stranger.ts'], { cwd: stranger })
  for (const line of result.stdout.split('\n')) {
    // Declarations of others may have faults of their own.
    if (/^(node_modules[\\/]@telltale|stranger\.ts)/.test(line)) find('types', line)
  }
}

/** Every command starts and knows its version. */
function checkCommands({ name, version, directory, manifest }) {
  for (const [command, target] of Object.entries(manifest.bin ?? {})) {
    const result = run(process.execPath, [join(directory, target), '--version'], { cwd: stranger, timeout: 10_000 })
    if (result.status !== 0) find(name, `${command} --version fails: ${faultIn(outputOf(result))}`)
    else if (!result.stdout.includes(version))
      find(name, `${command} --version says ${outputOf(result)}, not ${version}`)
  }
}

function entriesOf({ name, manifest }) {
  return Object.keys(manifest.exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => name + entry.slice(1))
}

function leaves(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves)
}

function stem(file, folder, end) {
  return file.slice(folder.length).replace(end, '')
}

function nameOf({ manifest }) {
  return manifest.name
}

function run(program, args, options = {}) {
  return spawnSync(program, args, { encoding: 'utf8', ...options })
}

/** The line of a crash that says what it was. */
function faultIn(output) {
  return output.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? output
}

function outputOf({ stdout, stderr, error }) {
  return error ? error.message : `${stderr}${stdout}`.trim()
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
