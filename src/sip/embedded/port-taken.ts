// Why a listening point cannot be opened, in words that say what to do.
import { CordboardError } from '#lib/errors.ts'
import type { ListeningPoint } from './stack.ts'
import { hostPort } from './uri.ts'

/** The fault for a bind or listen that failed with `code`. */
export function portTaken(point: ListeningPoint, code: string | undefined, cause: unknown): CordboardError {
  const where = `${hostPort(point.address, point.port)} (${point.protocol.toUpperCase()})`
  const options = { blame: 'setup' as const, cause }
  if (code === 'EADDRINUSE')
    return new CordboardError(
      'sip.port-taken',
      `SIP cannot listen on ${where} because another program does: stop that program, or choose another SIP port in the configuration.`,
      options,
    )
  if (code === 'EACCES')
    return new CordboardError(
      'sip.address',
      `SIP may not listen on ${where}: choose a port above 1023, or allow this user to open low ports.`,
      options,
    )
  return new CordboardError(
    'sip.address',
    `SIP cannot listen on ${where}: check that this machine has that address (${code ?? 'unknown reason'}).`,
    options,
  )
}
