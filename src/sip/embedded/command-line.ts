// The embedded SIP server as a program of its own (`bin/embedded-sip`): options, start, stop on a signal.
import { parseArgs } from 'node:util'
import { systemClock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { type LogLevel, openLog } from '#lib/log.ts'
import { parseContact } from './listen-contact.ts'
import { startEmbeddedServer } from './server.ts'

const usage = `usage: embedded-sip --contact "sip:IP:PORT;transport=udp,tcp" --admin-port N --secret S
  --contact        where to listen for SIP; may be given several times
  --cert-file      certificate for transport=tls, PEM
  --key-file       its key, PEM
  --external-ip    address to show in Via and Contact, behind a NAT
  --admin-port     TCP port for applications (drachtio-srf)
  --admin-address  its address, 127.0.0.1 unless given
  --secret         what applications must show; better in the environment: EMBEDDED_SIP_SECRET
  --log-level      debug, info, warn, error or silent`

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

try {
  await run()
} catch (err) {
  process.stderr.write(`embedded-sip: ${messageOf(err)}\n`)
  process.exitCode = err instanceof CordboardError ? 1 : 2
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contact: { type: 'string', multiple: true },
      'cert-file': { type: 'string' },
      'key-file': { type: 'string' },
      'external-ip': { type: 'string' },
      'admin-port': { type: 'string' },
      'admin-address': { type: 'string', default: '127.0.0.1' },
      secret: { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const secret = values.secret ?? process.env.EMBEDDED_SIP_SECRET
  const port = Number(values['admin-port'])
  const level = levels.find((known) => known === values['log-level'])
  if (values.help) {
    process.stdout.write(`${usage}\n`)
    return
  }
  if (!values.contact || !secret || !level || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CordboardError('sip.usage', `Options are missing or wrong.\n${usage}`, { blame: 'user' })
  const log = openLog({ level })
  const external = values['external-ip']
  const { 'cert-file': certFile, 'key-file': keyFile } = values
  const server = await startEmbeddedServer({
    listen: values.contact.flatMap((contact) => parseContact(contact, external)),
    ...(certFile && keyFile ? { tls: { certFile, keyFile } } : {}),
    admin: { address: values['admin-address'], port, secret },
    clock: systemClock,
    log,
  })
  log.info({ adminPort: server.adminPort, listening: server.listening }, 'the embedded SIP server is ready')
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server[Symbol.asyncDispose]()
}
