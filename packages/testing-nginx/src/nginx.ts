import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { makeCertificate } from './certificate.ts'
import { findNginx } from './find.ts'

/** The very file the guide hands to people. */
const guide = new URL('../../../docs/nginx/forward-auth.conf', import.meta.url)

/**
 * A real nginx in front of a Latchkey and a service, set up by the file of the guide. Where it will listen is known
 * before it runs, because Latchkey must know its address before it starts.
 */
export async function prepareNginx() {
  const [latchkeyPort, servicePort] = [await freePort(), await freePort()]
  const { certificate, key } = makeCertificate()
  return {
    /** where people reach Latchkey: its PUBLIC_URL */
    publicUrl: `https://localhost:${latchkeyPort}`,
    /** where they reach the service */
    serviceUrl: `https://localhost:${servicePort}`,
    /** what signs for both */
    certificate,

    /** @param behind the ports on which Latchkey and the service themselves listen */
    async start(behind: { latchkey: number; service: number }) {
      const program = findNginx()
      if (!program)
        throw new Error('There is no nginx: install it (apt-get install nginx), or say where it is with NGINX_PATH.')
      const folder = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'))
      const inFolder = (name: string, text: string) => {
        writeFileSync(join(folder, name), text, { mode: 0o600 })
        return join(folder, name)
      }
      const fromGuide = fillIn(readFileSync(guide, 'utf8'), {
        'listen 443 ssl': `listen 127.0.0.1:${latchkeyPort} ssl`,
        'listen 8443 ssl': `listen 127.0.0.1:${servicePort} ssl`,
        'https://account.example.org/': `https://localhost:${latchkeyPort}/`,
        'Host account.example.org;': `Host localhost:${latchkeyPort};`,
        'server_name account.example.org;': 'server_name localhost;',
        'server 127.0.0.1:3000;': `server 127.0.0.1:${behind.latchkey};`,
        'server 127.0.0.1:8080;': `server 127.0.0.1:${behind.service};`,
        '/etc/ssl/latchkey/fullchain.pem': inFolder('certificate.pem', certificate),
        '/etc/ssl/latchkey/privkey.pem': inFolder('key.pem', key),
      })
      const configuration = inFolder('nginx.conf', around(folder, inFolder('forward-auth.conf', fromGuide)))
      mkdirSync(join(folder, 'logs'))

      const child = spawn(program, ['-p', folder, '-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
      child.once('error', (error) => (said += error.message))
      let ended = false
      const end = new Promise<void>((resolve) => child.once('close', resolve)).then(() => {
        ended = true
      })
      // a run that is broken off leaves none behind
      const kill = () => void child.kill('SIGTERM')
      process.once('exit', kill)
      const stop = async () => {
        process.off('exit', kill)
        if (!ended) kill()
        await end
        rmSync(folder, { recursive: true, force: true })
      }
      while (!(await listens(latchkeyPort))) {
        if (ended) {
          await stop()
          throw new Error(`nginx did not start: ${said}`)
        }
        await setTimeout(20)
      }
      return {
        /** what it complained of */
        complaints: () => said,
        /** everything it wrote down, for whoever looks for what must not be there */
        logs: () =>
          ['access.log', 'error.log'].map((name) => readFileSync(join(folder, 'logs', name), 'utf8')).join(''),
        stop,
      }
    },
  }
}

/** What stands around the file on a machine of its own, so that nothing of this machine is touched. One process: one to end. */
const around = (folder: string, fromGuide: string) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
error_log ${folder}/logs/error.log;
events {}
http {
    access_log ${folder}/logs/access.log;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    include ${fromGuide};
}
`

/** Puts other addresses into the file. One that is not in it any more is a mistake: the guide would say what no test runs. */
function fillIn(text: string, values: Record<string, string>): string {
  const code = text.replace(/^#.*\n/gm, '') // the remarks at its head name addresses too
  const filled = Object.entries(values).reduce((soFar, [written, put]) => {
    if (!soFar.includes(written)) throw new Error(`The nginx file of the guide does not say "${written}" any more`)
    return soFar.replaceAll(written, put)
  }, code)
  const left = /.*(example\.org|\/etc\/|:\d+;).*/.exec(filled.replaceAll(/(localhost|127\.0\.0\.1):\d+/g, ''))
  if (left) throw new Error(`The nginx file of the guide has an address the tests do not know: ${left[0]}`)
  return filled
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
