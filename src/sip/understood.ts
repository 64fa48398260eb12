// What an INVITE may ask of us (RFC 3261 §8.2): extensions, body types and URI schemes we do not have are refused in
// the words the RFC has for that, before any call is made of it.
import type { ReceivedRequest } from './sip-server.ts'

/** What both SIP servers and we do when it is required. */
const extensions = new Set(['100rel', 'replaces', 'timer'])

export interface NotUnderstood {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** The answer to an INVITE that asks for what we do not have; undefined: go on. */
export function notUnderstood(
  request: Pick<ReceivedRequest, 'uri' | 'header' | 'body'>,
): NotUnderstood | undefined {
  if (!/^(sips?|tel|urn):/i.test(request.uri)) return { status: 416, headers: {} }
  const unknown = wordsOf(request.header('Require')).filter((word) => !extensions.has(word.toLowerCase()))
  if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } }
  if (!acceptsSdp(request.header('Accept'))) return { status: 406, headers: {} }
  const encoding = request.header('Content-Encoding')?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity')
    return { status: 415, headers: { 'Accept-Encoding': 'identity' } }
  const { body } = request
  if (body !== '' && sdpIn(request) === undefined)
    return { status: 415, headers: { Accept: 'application/sdp' } }
  return undefined
}

/** The session description in a body, also as one part of several (RFC 5621); '' when there is no body. */
export function sdpIn(request: Pick<ReceivedRequest, 'header' | 'body'>): string | undefined {
  const { body } = request
  if (body === '') return ''
  const type = (request.header('Content-Type') ?? '').trim()
  // Some phones forget the type.
  if (type === '' || /^application\/sdp\s*(;|$)/i.test(type)) return body
  const boundary = /^multipart\/[a-z-]+\s*;(?:.*;)?\s*boundary\s*=\s*("?)([^";]{1,70})\1/i.exec(type)?.[2]
  if (boundary === undefined) return undefined
  for (const part of body.split(`--${boundary}`).slice(1, 20)) {
    const end = /\r?\n\r?\n/.exec(part)
    if (end && /^content-type\s*:\s*application\/sdp/im.test(part.slice(0, end.index)))
      return `${part.slice(end.index + end[0].length).trimEnd()}\r\n`
  }
  return undefined
}

// RFC 3261 §20.1: without Accept, SDP is what everybody accepts.
function acceptsSdp(accept: string | undefined): boolean {
  const types = wordsOf(accept).map((value) => value.replace(/;.*$/, '').trim().toLowerCase())
  return (
    types.length === 0 || ['application/sdp', 'application/*', '*/*'].some((type) => types.includes(type))
  )
}

function wordsOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
