import { becomes, install, node } from './bootstrap.mjs'

await install()
becomes(node, ['scripts/endure.ts', ...process.argv.slice(2)])
