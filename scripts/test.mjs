import { becomes, build, install, node } from './bootstrap.mjs'

await install()
await build()
becomes(node, ['scripts/run-tests.ts'])
