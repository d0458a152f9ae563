import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

// A process of its own, for vite decides what it builds by the process's NODE_ENV: node build.ts <folder> <source | built>

const [directory, code] = process.argv.slice(2)
if (directory === undefined) throw new Error('build.ts: no folder to build into')
const page = fileURLToPath(new URL('./page/', import.meta.url))

await build({
  root: page,
  configFile: false,
  logLevel: 'warn',
  plugins: [react()],
  resolve: {
    conditions: [...(code === 'built' ? [] : ['@telltale/source']), 'module', 'browser', 'development|production'],
  },
  build: { outDir: directory, emptyOutDir: true },
})
