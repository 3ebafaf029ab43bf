import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compress } from './compress.ts'

const server = `http://localhost:${process.env['PORT'] ?? 3000}`

/** Signing in does without what only those need who are in already, or set something up. */
const signedIn = [
  ...['api-', 'checkbox', 'choices', 'command-line', 'copy-', 'credentials', 'dialog', 'enrolment', 'facts', 'panel'],
  ...['relative-time', 'secret-text', 'status-mark', 'use-now', 'shell/(page|signed-in)'],
]

/** And it seldom needs to choose a password. */
const choosingPassword = ['new-password', 'password-(rules|strength)', 'checklist', 'strength-meter']

const sharedExcept = (names: string[]) => new RegExp(`/(ui|web)/src/(?!features|pages|routes|.*(${names.join('|')}))`)

export default defineConfig({
  plugins: [react(), compress()],
  build: {
    target: 'es2024',
    // the design is written with light-dark() and nesting; older browsers are not worth three times the CSS
    cssTarget: ['chrome125', 'firefox128', 'safari17.5'],
    sourcemap: false,
    // the Content-Security-Policy has no data: anywhere
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // the order of CSS layers is written in tokens.css, so that must come first wherever it goes
            { name: 'start', test: /tokens\.css|reset\.css|src\/main/, priority: 2 },
            // what several pages share: one file instead of a dozen of half a kilobyte
            { name: 'common', test: sharedExcept([...choosingPassword, ...signedIn]), minShareCount: 3, priority: 1 },
            { name: 'settings', test: sharedExcept(choosingPassword), minShareCount: 3 },
          ],
        },
      },
    },
  },
  // Host stays what the browser sent: the server answers for the address people use and no other
  server: { proxy: { '/api': { target: server }, '/healthz': { target: server }, '/downloads': { target: server } } },
})
