import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The workspace's packages as they are written, not as they were last built.
  resolve: { conditions: ['@telltale/source', 'module', 'browser', 'development|production'] },
  // `vite` alone serves the page with hot reload; everything else comes from the demo's own server.
  server: {
    proxy: {
      '/trpc': { target: 'http://127.0.0.1:4000', ws: true },
      // What both ends agree on is a module in a folder of that name.
      '^/api/(?!\\w+\\.ts)': { target: 'http://127.0.0.1:4000' },
    },
  },
})
