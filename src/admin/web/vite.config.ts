import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname

// `npm run build:web` puts the app where the server looks for it. `npx vite src/admin/web` serves it for work on it,
// with the API of a Cordboard on port 8080.
export default defineConfig({
  root,
  plugins: [react()],
  build: {
    outDir: join(root, '../../../dist/web'),
    emptyOutDir: true,
    // Nothing inlined: the content security policy allows our own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
