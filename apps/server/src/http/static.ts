import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { pages } from '@latchkey/contract/pages'
import type { Context } from 'hono'
import type { SecurityHeaders } from './security-headers.ts'
import type { App } from './serve.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

export type File = { type: string; plain: Buffer; encoded: Partial<Record<'br' | 'gzip', Buffer>> }

/**
 * Serves the built browser app from memory. The list of files is fixed at start, so that no path of a request ever
 * reaches the file system. Every page of the app gets the same document; any other address gets it with 404.
 */
export function serveStatic(app: App, folder: string, headers: SecurityHeaders) {
  const files = load(folder)
  const index = files.get('/index.html')
  const known = new Set<string>(pages)

  app.get('*', (c) => {
    const { path } = c.req
    const file = path === '/index.html' ? undefined : files.get(path)
    if (file) return answer(c.env.incoming, file, 200, path.startsWith('/assets/') ? headers.asset : headers.document)
    const wantsPage = c.req.header('accept')?.includes('text/html') ?? false
    if (index && (known.has(path) || wantsPage))
      return answer(c.env.incoming, index, known.has(path) ? 200 : 404, headers.document)
    return c.notFound()
  })
  app.all('*', () => new Response(null, { status: 405, headers: { ...headers.api, Allow: 'GET, HEAD' } }))
}

/**
 * The documentation of the API: one page at `/api/docs` and its files below that. They are read when somebody wants
 * to, so that neither the start nor the memory of a server pays for a page that is seldom open.
 */
export function serveApiDocs(app: App, folder: string, headers: SecurityHeaders) {
  let files: Map<string, File> | undefined
  const send = (c: Context, path: string, own: object) => {
    files ??= load(folder)
    const file = files.get(path)
    return file ? answer(c.env.incoming, file, 200, own) : c.notFound()
  }
  app.get('/api/docs', (c) => send(c, '/index.html', headers.apiDocs))
  app.get('/api/docs/assets/:name', (c) => send(c, `/assets/${c.req.param('name')}`, headers.asset))
}

/** Something made at run time, to be sent like a file. */
export async function asFile(type: string, text: string): Promise<File> {
  const plain = Buffer.from(text)
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(plain), promisify(gzip)(plain)])
  return { type, plain, encoded: { br, gzip: zipped } }
}

/** Sends a file in the smallest form the other side reads. */
export function answer(
  incoming: IncomingMessage,
  { type, plain, encoded }: File,
  status: number,
  headers: object,
): Response {
  const accepted = String(incoming.headers['accept-encoding'] ?? '')
  const encoding =
    encoded.br && /\bbr\b/.test(accepted) ? 'br' : encoded.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : null
  return new Response((encoding ? encoded[encoding] : plain) as Buffer<ArrayBuffer>, {
    status,
    headers: {
      ...headers,
      'Content-Type': type,
      Vary: 'Accept-Encoding',
      ...(encoding && { 'Content-Encoding': encoding }),
    },
  })
}

function load(folder: string): Map<string, File> {
  const files = new Map<string, File>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || !type) continue
    const full = join(entry.parentPath, entry.name)
    const [br, gzip] = [readIfThere(`${full}.br`), readIfThere(`${full}.gz`)]
    const path = full.slice(folder.length).replaceAll('\\', '/')
    files.set(path, { type, plain: readFileSync(full), encoded: { ...(br && { br }), ...(gzip && { gzip }) } })
  }
  return files
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
