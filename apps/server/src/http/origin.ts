import type { IncomingMessage } from 'node:http'
import { Problem } from '@latchkey/contract/problem'
import { type Config, isLoopback } from '../config.ts'
import type { Exchange } from './exchange.ts'

/**
 * The Host values this server answers to: the one of PUBLIC_URL and, where that names this machine, its other names.
 * Nothing else in Latchkey looks at Host: links, cookies and origin checks come from the configuration.
 */
export function allowedHosts({ publicUrl, port }: Config): ReadonlySet<string> {
  const hosts = [publicUrl.host]
  if (isLoopback(publicUrl.hostname))
    for (const name of ['localhost', '127.0.0.1', '[::1]']) hosts.push(`${name}:${publicUrl.port || port}`)
  return new Set(hosts)
}

/** Whether a request names exactly one host and it is ours (RFC 9110 section 7.4). */
export const isForUs = ({ url, rawHeaders, headers }: IncomingMessage, hosts: ReadonlySet<string>): boolean => {
  if (!url?.startsWith('/') || !hosts.has((headers.host ?? '').toLowerCase())) return false
  let named = 0
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') named++
  return named === 1
}

/**
 * Lets a changing request in only when the browser says it comes from our own pages: `Sec-Fetch-Site` (Fetch Metadata
 * section 2.4), which no page can forge, or the `Origin` of a browser too old to send it.
 * @throws Problem cross-site-request
 */
export function refuseCrossSite(exchange: Exchange, { publicUrl }: Config) {
  const site = exchange.header('sec-fetch-site')
  const origin = exchange.header('origin')
  if (site === 'same-origin' || (site === undefined && origin === publicUrl.origin)) return
  const saysNothing = site === undefined && origin === undefined
  const detail = `A program without a key sends Origin: ${publicUrl.origin}, as a browser does.`
  throw new Problem('cross-site-request', saysNothing ? { detail } : {})
}

/**
 * For a request that shows a key or password: no page has to have sent it, but one from elsewhere must not.
 * @throws Problem cross-site-request
 */
export function refuseMarkedCrossSite(exchange: Exchange, { publicUrl }: Config) {
  const site = exchange.header('sec-fetch-site')
  const origin = exchange.header('origin')
  const isMarked = site === undefined ? origin !== undefined && origin !== publicUrl.origin : !ownSites.has(site)
  if (isMarked) throw new Problem('cross-site-request')
}

/** From our own pages, or typed by the person. */
const ownSites = new Set(['same-origin', 'none'])
