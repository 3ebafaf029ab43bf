/** The least a Node program must do to answer: what a start is measured against. */
import { createServer } from 'node:http'

createServer((_, answer) => answer.end('{}')).listen(Number(process.env['PORT']), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
