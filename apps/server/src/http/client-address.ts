import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP, SocketAddress } from 'node:net'

/**
 * The address a request really comes from: the socket's, unless that is a trusted proxy; then the rightmost address
 * of X-Forwarded-For that is not a trusted proxy. A chain that cannot be read counts as none.
 */
export function clientAddress(incoming: IncomingMessage, trusted: BlockList): string {
  const socket = plain(incoming.socket.remoteAddress ?? '') ?? 'unknown'
  const header = incoming.headers['x-forwarded-for']
  if (header === undefined || !isTrusted(socket, trusted)) return socket
  const chain = String(header)
    .split(',')
    .map((hop) => plain(hop.trim()))
  if (chain.includes(null)) return socket
  return (chain as string[]).findLast((hop) => !isTrusted(hop, trusted)) ?? socket
}

/** Whether any hop that a trusted proxy tells of was plain http; several proxies make a list. */
export const cameInClear = (incoming: IncomingMessage, trusted: BlockList): boolean =>
  /(^|[\s,])http([\s,]|$)/i.test(String(incoming.headers['x-forwarded-proto'] ?? '')) &&
  isTrusted(plain(incoming.socket.remoteAddress ?? '') ?? '', trusted)

/** The unit that is counted: one IPv4 address, or the /64 an IPv6 address lies in. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

const isTrusted = (address: string, trusted: BlockList): boolean => {
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** An address in its shortest usual form, IPv4 inside IPv6 folded out; null when it is none. */
function plain(address: string): string | null {
  const written = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  const bare = isIP(written) === 6 ? new SocketAddress({ address: written, family: 'ipv6' }).address : written
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  return isIP(mapped ?? bare) ? (mapped ?? bare).toLowerCase() : null
}
