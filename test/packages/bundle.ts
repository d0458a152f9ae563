import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

/** What a browser would load. */
export interface Bundle {
  readonly code: string
  /** Every module the entry leads to, used or not: our own from the root, others as `package/path`. */
  readonly modules: readonly string[]
  /** The packages of others among them. */
  readonly packages: readonly string[]
  /** What is left to the app. */
  readonly imports: readonly string[]
  readonly bytes: { readonly minified: number; readonly gzip: number; readonly brotli: number }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Bundles a source of ours as an app's build for browsers would, in memory. */
export async function bundleForBrowser(entry: string, external: readonly string[] = []): Promise<Bundle> {
  let graph: readonly string[] = []
  const output = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['@telltale/source', 'module', 'browser', 'production'] },
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      modulePreload: false,
      // An app's build, not a library's: that one keeps its white space.
      rolldownOptions: { input: join(root, entry), external: [...external], preserveEntrySignatures: 'strict' },
    },
    plugins: [
      {
        name: 'graph',
        buildEnd() {
          graph = [...this.getModuleIds()]
        },
      },
    ],
  })
  const chunks = chunksOf(output)
  const code = chunks.map((chunk) => chunk.code).join('')
  const modules = graph.map(shorten).sort()
  return {
    code,
    modules,
    packages: [...new Set(modules.filter((id) => !id.startsWith('packages/')).map(packageOf))].sort(),
    imports: [...new Set(chunks.flatMap((chunk) => chunk.imports))].sort(),
    bytes: {
      minified: Buffer.byteLength(code),
      gzip: gzipSync(code, { level: 9 }).byteLength,
      brotli: brotliCompressSync(code).byteLength,
    },
  }
}

function chunksOf(output: Awaited<ReturnType<typeof build>>): Rolldown.OutputChunk[] {
  if (Array.isArray(output) || !('output' in output)) throw new Error('one build that does not watch has one output')
  return output.output.filter((file) => file.type === 'chunk')
}

function shorten(id: string): string {
  const path = id.replaceAll('\\', '/').replace(/^\0/, '').replace(/\?.*$/, '')
  const inPackages = path.lastIndexOf('/node_modules/')
  if (inPackages >= 0) return path.slice(inPackages + '/node_modules/'.length)
  return path.startsWith(root) ? path.slice(root.length) : path
}

function packageOf(id: string): string {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/')
}
