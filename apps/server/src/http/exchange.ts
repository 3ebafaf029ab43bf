import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Config } from '../config.ts'
import { clientAddress, networkOf } from './client-address.ts'

/**
 * One request on its way through: what a feature may know of it, worked out only when asked for, and the cookies
 * and headers that go back.
 */
export class Exchange {
  readonly id = randomUUID()
  /** by name: a transaction that runs twice hands out one cookie, the last */
  readonly setCookies = new Map<string, string>()
  extraHeaders: Record<string, string> | undefined
  readonly incoming: IncomingMessage
  readonly #config: Config

  constructor(incoming: IncomingMessage, config: Config) {
    this.incoming = incoming
    this.#config = config
  }

  header(name: string): string | undefined {
    const value = this.incoming.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** IP address of the client (client-address) */
  get address(): string {
    return clientAddress(this.incoming, this.#config.trustedProxies)
  }

  /** what limits count by: the address, or the /64 around it */
  get network(): string {
    return networkOf(this.address)
  }

  /** as the client calls itself, cut to a length worth keeping */
  get userAgent(): string | null {
    return this.header('user-agent')?.slice(0, 256) ?? null
  }

  get isSecure(): boolean {
    return this.#config.publicUrl.protocol === 'https:'
  }
}
