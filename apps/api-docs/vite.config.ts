import { defineConfig } from 'vite'
import { compress } from '../web/compress.ts'

export default defineConfig({
  base: '/api/docs/',
  plugins: [compress()],
  build: {
    target: 'es2024',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // the renderer is what it is; nobody waits for it but those who want to read
    chunkSizeWarningLimit: 2000,
  },
})
