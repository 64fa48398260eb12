// Everything that can be set from outside: the environment, and under it a JSON file -> one frozen, checked Config.
// docs/configuration.md says the same in words; a test compares both.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { CordboardError, messageOf } from '#lib/errors.ts'
import {
  host,
  ipAddress,
  ipAddresses,
  logLevel,
  mediaEngine,
  onOff,
  path,
  port,
  portRange,
  sipServer,
  transports,
  webUrl,
} from './setting.ts'

/** Each setting: how its text is read and what it is when nobody sets it (undefined: see docs/configuration.md). */
const settings = {
  DATA_FOLDER: path.default('./data'),
  // Desks are browsers on other machines, and a container's port would lead nowhere on 127.0.0.1; until the first
  // admin exists, set-up asks for a token that only this machine's log shows.
  HTTP_ADDRESS: ipAddress.default('0.0.0.0'),
  HTTP_PORT: port.default(8080),
  PUBLIC_URL: webUrl.optional(),
  SIP_SERVER: sipServer.default({ kind: 'embedded' }),
  SIP_ADDRESS: ipAddresses.default(['0.0.0.0']),
  SIP_PORT: port.default(5060),
  SIP_TRANSPORTS: transports.default(['udp', 'tcp']),
  SIP_TLS_PORT: port.default(5061),
  SIP_TLS_CERT: path.optional(),
  SIP_TLS_KEY: path.optional(),
  SIP_TLS_CA: path.optional(),
  SIP_ADVERTISED_ADDRESS: host.optional(),
  MEDIA_ENGINE: mediaEngine.default({ kind: 'embedded' }),
  RTP_ADDRESS: ipAddress.default('0.0.0.0'),
  // Below Linux's ephemeral ports (32768 and up), of which any program may be given one at any time.
  RTP_PORTS: portRange.default({ first: 20_000, last: 29_999 }),
  RTP_ADVERTISED_ADDRESS: host.optional(),
  HOLD_MUSIC: path.optional(),
  BROWSER_PHONE: onOff.default(true),
  // Between our RTP ports and the ephemeral ones.
  WEBRTC_PORT: port.default(30_000),
  TEST_CARRIER: onOff.default(true),
  TEST_CARRIER_PORT: port.default(5070),
  LOG_LEVEL: logLevel.default('info'),
} as const

const schema = z.object(settings)
type Read = z.infer<typeof schema>

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(settings)

export type Config = ReturnType<typeof toConfig>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment and, when CORDBOARD_CONFIG names one, a JSON file of the same names; the environment wins.
 * @throws CordboardError `config.invalid` naming each wrong setting and what it must be, `config.file`
 */
export function readConfig(environment: Environment): Config {
  const file = environment.CORDBOARD_CONFIG ? readConfigFile(environment.CORDBOARD_CONFIG) : {}
  const given = Object.fromEntries(
    settingNames.flatMap((name) => {
      // An empty variable is one that was not set: compose files pass them on like that.
      const text = environment[name] || file[name]
      return text ? [[name, text]] : []
    }),
  )
  const parsed = schema.safeParse(given)
  if (parsed.success) return deepFreeze(toConfig(parsed.data))
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} must be ${issue.message}`)
  throw new CordboardError('config.invalid', `${wrong.join('; ')}.`, { blame: 'setup' })
}

function toConfig(read: Read) {
  return {
    dataFolder: read.DATA_FOLDER,
    logLevel: read.LOG_LEVEL,
    http: { address: read.HTTP_ADDRESS, port: read.HTTP_PORT, publicUrl: read.PUBLIC_URL },
    sip: {
      server: read.SIP_SERVER,
      address: read.SIP_ADDRESS[0],
      /** All that are listened on; `address` is the one that is shown. */
      addresses: read.SIP_ADDRESS,
      port: read.SIP_PORT,
      transports: read.SIP_TRANSPORTS,
      tls: {
        port: read.SIP_TLS_PORT,
        /** PEM files; undefined: a certificate of our own making, in the data folder. */
        files: tlsFiles(read),
        caFile: read.SIP_TLS_CA,
      },
      advertisedAddress: read.SIP_ADVERTISED_ADDRESS,
    },
    media: {
      engine: read.MEDIA_ENGINE,
      address: read.RTP_ADDRESS,
      ports: read.RTP_PORTS,
      advertisedAddress: read.RTP_ADVERTISED_ADDRESS,
      /** A WAV file or a folder of them; undefined: the music that comes with Cordboard. */
      holdMusic: read.HOLD_MUSIC,
    },
    browserPhone: { on: read.BROWSER_PHONE, port: read.WEBRTC_PORT },
    testCarrier: { on: read.TEST_CARRIER, port: read.TEST_CARRIER_PORT },
  } as const
}

function tlsFiles({ SIP_TLS_CERT: certFile, SIP_TLS_KEY: keyFile }: Read) {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile }
  throw new CordboardError('config.invalid', 'SIP_TLS_CERT and SIP_TLS_KEY must be set together.', {
    blame: 'setup',
  })
}

const fileShape = z.record(z.string(), z.union([z.string(), z.number()]).transform(String))

function readConfigFile(file: string): Readonly<Record<string, string>> {
  const shape = fileShape.safeParse(readJson(file))
  if (!shape.success) throw fileFault(`${file} must hold one JSON object whose values are text or numbers.`)
  const unknown = Object.keys(shape.data).filter((name) => !settingNames.includes(name))
  if (unknown.length > 0)
    throw fileFault(
      `${file} sets ${unknown.join(', ')}, which no setting is named: see docs/configuration.md.`,
    )
  return shape.data
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    // The parser's message would show a piece of the file, secrets and all.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : messageOf(cause)
    throw fileFault(`The configuration file ${file} (CORDBOARD_CONFIG) cannot be read: ${why}.`)
  }
}

function fileFault(sentence: string): CordboardError {
  return new CordboardError('config.file', sentence, { blame: 'setup' })
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
