import Bowser from 'bowser'
import type { Exchange } from '../http/exchange.ts'

export type ClientFacts = {
  browser: string | null
  operatingSystem: string | null
  model: string | null
  engine: string | null
  cpuArchitecture: string | null
}

/**
 * What a browser says of itself: User-Agent Client Hints where it sends them, its User-Agent otherwise. Null is "not
 * known", never a guess. Said by the client, so good for recognising a session and for nothing else.
 */
export function clientFacts(exchange: Exchange): ClientFacts {
  const agent = exchange.userAgent ?? ''
  const parsed = agent ? Bowser.parse(agent) : null
  const hint = (name: string) => exchange.header(`sec-ch-ua-${name}`)?.replaceAll('"', '').trim() || null
  const join = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join(' ').slice(0, 100) || null
  return {
    browser:
      brand(exchange.header('sec-ch-ua-full-version-list') ?? exchange.header('sec-ch-ua')) ??
      join(parsed?.browser.name, major(parsed?.browser.version)),
    operatingSystem: join(hint('platform') ?? parsed?.os.name, hint('platform-version') ?? parsed?.os.version),
    model: join(hint('model') ?? parsed?.platform.model),
    engine: join(parsed?.engine.name, parsed?.engine.name === 'Blink' ? null : major(parsed?.engine.version)),
    cpuArchitecture:
      join(hint('arch'), hint('arch') && hint('bitness') && `${hint('bitness')} bit`) ?? architecture(agent),
  }
}

/** The brand a browser is known by: not the engine's, and not the made-up one that keeps parsers honest. */
function brand(list: string | undefined): string | null {
  const brands = [...(list ?? '').matchAll(/"([^"]+)";\s*v="([^"]+)"/g)].map(([, name = '', version]) => ({
    name,
    version,
  }))
  const real = brands.filter(({ name }) => !/not.?a.?brand/i.test(name.replace(/[^a-z]/gi, '')))
  const chosen = real.find(({ name }) => name !== 'Chromium') ?? real[0]
  return chosen ? `${chosen.name.slice(0, 60)} ${major(chosen.version)?.slice(0, 12)}` : null
}

const major = (version: string | undefined) => version?.split('.')[0]

const architecture = (agent: string): string | null =>
  /\b(x86_64|x64|Win64|amd64|aarch64|arm64|armv\d\w*|i[36]86)\b/i.exec(agent)?.[0].replace('Win64', 'x64') ?? null
