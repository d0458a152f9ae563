import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, type Plugin } from 'vite'

// A process of its own, for vite decides what it builds by the process's NODE_ENV: node build.ts <folder> <source | built>

const [directory, code] = process.argv.slice(2)
if (directory === undefined) throw new Error('build.ts: no folder to build into')
const page = fileURLToPath(new URL('./page/', import.meta.url))
const demo = fileURLToPath(new URL('../../../apps/demo/web/main.tsx', import.meta.url))

/** The page is made of what the demo's page is made of, React and all: the same versions, found from there. */
const fromDemo: Plugin = {
  name: 'from-demo',
  enforce: 'pre',
  resolveId(source, importer, options) {
    const isBare = /^[@a-z]/.test(source)
    return isBare && importer?.startsWith(page) ? this.resolve(source, demo, { ...options, skipSelf: true }) : null
  },
}

await build({
  root: page,
  configFile: false,
  logLevel: 'warn',
  plugins: [fromDemo, react()],
  resolve: {
    conditions: [...(code === 'built' ? [] : ['@telltale/source']), 'module', 'browser', 'development|production'],
  },
  build: { outDir: directory, emptyOutDir: true },
})
