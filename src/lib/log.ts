// The one importer of pino. A Log is given to each service; secrets are redacted by key.
import pino from 'pino'

type Fields = Readonly<Record<string, unknown>>

export interface Log {
  debug(fields: Fields, sentence: string): void
  info(fields: Fields, sentence: string): void
  warn(fields: Fields, sentence: string): void
  error(fields: Fields, sentence: string): void
  /** A log whose lines all carry `fields`. */
  with(fields: Fields): Log
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const secretKeys = ['password', 'secret', 'token', 'authorization', 'cookie', 'credential']

/** JSON lines on stdout; with `pretty`, lines for people. */
export function openLog(options: { level: LogLevel; pretty?: boolean }): Log {
  const redact = { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '***' }
  const target = options.pretty
    ? {
        transport: {
          target: 'pino-pretty',
          options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' },
        },
      }
    : {}
  return fromPino(
    pino({ level: options.level, redact, serializers: { err: pino.stdSerializers.err }, ...target }),
  )
}

/** Drops every line: for tests that do not look at the log. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}

function fromPino(logger: pino.Logger): Log {
  return {
    debug: (fields, sentence) => logger.debug(fields, sentence),
    info: (fields, sentence) => logger.info(fields, sentence),
    warn: (fields, sentence) => logger.warn(fields, sentence),
    error: (fields, sentence) => logger.error(fields, sentence),
    with: (fields) => fromPino(logger.child(fields)),
  }
}
