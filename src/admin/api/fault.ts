// Every error of the API becomes `{error: {code, sentence, ref}}` here: people read a sentence, the log holds the rest.
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { assertNever, type Blame, CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { ApiEnv } from './context.ts'

export interface ErrorBody {
  readonly error: { readonly code: string; readonly sentence: string; readonly ref: string }
}

/** Codes whose status is not told by whose fault it is. */
const statusByCode: Readonly<Record<string, ContentfulStatusCode>> = {
  'request.too-large': 413,
  'request.range': 416,
  'session.none': 401,
  'session.foreign-page': 403,
  'session.wrong-token': 403,
  'session.rejected': 401,
  'session.throttled': 429,
  'session.forbidden': 403,
  'setup.token': 403,
  'setup.done': 409,
  'store.duplicate': 409,
  'calls.not-yours': 403,
  'calls.not-allowed': 403,
  'calls.no-phone': 409,
  'calls.no-way-out': 409,
}

function statusOf(error: CordboardError): ContentfulStatusCode {
  const known = statusByCode[error.code]
  if (known) return known
  if (/\.(unknown|not-found|no-[a-z]+)$/.test(error.code)) return 404
  if (/\.(duplicate|taken|exists)$/.test(error.code)) return 409
  return statusByBlame(error.blame)
}

function statusByBlame(blame: Blame): ContentfulStatusCode {
  switch (blame) {
    case 'user':
      return 400
    case 'theirs':
      return 502
    case 'setup':
      return 503
    case 'ours':
      return 500
    default:
      return assertNever(blame)
  }
}

/** The last stop of every request that threw. */
export function answerFault(log: Log, err: unknown, c: Context<ApiEnv>): Response {
  const ref = c.get('ref') ?? ''
  if (err instanceof CordboardError) {
    const status = statusOf(err)
    if (status >= 500) log.warn({ err, ref, path: c.req.path }, 'a request failed')
    return c.json(errorBody(err.code, err.message, ref), status)
  }
  if (err instanceof HTTPException)
    return c.json(errorBody('request.invalid', sentenceOf(err), ref), err.status)
  log.error({ err, ref, path: c.req.path, method: c.req.method }, 'a request ended in a bug')
  return c.json(
    errorBody(
      'server.bug',
      `Something went wrong on our side; nothing was changed. Tell your admin the reference ${ref}.`,
      ref,
    ),
    500,
  )
}

/** Package errors may name internals; only our own words go out. */
function sentenceOf(err: HTTPException): string {
  return err.status === 413 ? 'This is too large to be sent here.' : 'This request cannot be read.'
}

export function errorBody(code: string, sentence: string, ref: string): ErrorBody {
  return { error: { code, sentence, ref } }
}

export function unknownThing(area: string, sentence: string): CordboardError {
  return new CordboardError(`${area}.unknown`, sentence, { blame: 'user' })
}
