// What a connected application asks for: one frame of the wire protocol -> one Command.
import { malformed } from './malformed.ts'

/** A SIP message as an application writes it: start line, `Name: value` lines, body; not checked further here. */
export interface AppMessage {
  readonly startLine: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export type Command = { readonly id: string } & (
  | { readonly kind: 'ping' }
  | { readonly kind: 'authenticate'; readonly secret: string; readonly tags: readonly string[] }
  | { readonly kind: 'route' | 'removeRoute'; readonly verb: string }
  | {
      readonly kind: 'sip'
      readonly transactionId: string
      readonly dialogId: string
      /** Next hop that overrules the Request-URI (`proxy` in the application's options). */
      readonly nextHop: string
      readonly message: AppMessage
    }
  | ProxyCommand
  | { readonly kind: 'unknown'; readonly word: string }
)

export interface ProxyCommand {
  readonly kind: 'proxy'
  readonly transactionId: string
  readonly recordRoute: boolean
  readonly fullResponse: boolean
  readonly followRedirects: boolean
  readonly simultaneous: boolean
  readonly provisionalTimeoutMs: number | undefined
  readonly finalTimeoutMs: number | undefined
  readonly destinations: readonly string[]
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** @throws MalformedMessage when the frame is no command at all */
export function parseCommand(frame: string): Command {
  const end = frame.indexOf('\r\n')
  const tokens = (end === -1 ? frame : frame.slice(0, end)).split('|')
  const [id = '', word] = tokens
  if (id === '' || word === undefined) throw malformed('A frame holds no command.')
  const token = (at: number) => tokens[at] ?? ''
  switch (word) {
    case 'ping':
      return { id, kind: 'ping' }
    case 'authenticate':
      return { id, kind: 'authenticate', secret: token(2), tags: token(3).split(',').filter(Boolean) }
    case 'route':
      return { id, kind: 'route', verb: token(2).toLowerCase() }
    case 'remove_route':
      return { id, kind: 'removeRoute', verb: token(2).toLowerCase() }
    case 'sip': {
      const message = parseAppMessage(end === -1 ? '' : frame.slice(end + 2))
      return { id, kind: 'sip', transactionId: token(2), dialogId: token(3), nextHop: token(4), message }
    }
    case 'proxy': {
      const { headers } = parseAppMessage(end === -1 ? '' : frame.slice(end + 2))
      return {
        id,
        kind: 'proxy',
        transactionId: token(2),
        recordRoute: token(3) === 'remainInDialog',
        fullResponse: token(4) === 'fullResponse',
        followRedirects: token(5) === 'followRedirects',
        simultaneous: token(6) === 'simultaneous',
        provisionalTimeoutMs: parseSpan(token(7)),
        finalTimeoutMs: parseSpan(token(8)),
        destinations: tokens.slice(9).filter(Boolean),
        headers,
      }
    }
    default:
      return { id, kind: 'unknown', word }
  }
}

/** The status of an application's response, or undefined when the message is a request. */
export function statusOf(message: AppMessage): { status: number; reason: string } | undefined {
  const match = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/.exec(message.startLine)
  return match ? { status: Number(match[1]), reason: match[2] ?? '' } : undefined
}

/** Method and Request-URI of an application's request. @throws MalformedMessage */
export function requestLineOf(message: AppMessage): { method: string; uri: string } {
  const [method = '', uri = '', version] = message.startLine.split(' ')
  if (!/^[A-Z]+$/.test(method) || uri === '' || version !== 'SIP/2.0')
    throw malformed(`invalid request-uri: ${message.startLine}`)
  return { method, uri }
}

function parseAppMessage(text: string): AppMessage {
  const blank = text.indexOf('\r\n\r\n')
  const [startLine = '', ...lines] = (blank === -1 ? text : text.slice(0, blank)).split('\r\n')
  const headers: (readonly [string, string])[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
  }
  return { startLine, headers, body: blank === -1 ? '' : text.slice(blank + 4) }
}

/** `2s` or `1500ms` in ms. */
function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,6})(ms|s)$/.exec(text)
  return match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : undefined
}
