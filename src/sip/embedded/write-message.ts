// A message as bytes: start line, headers in order, a Content-Length that is true.
import type { SipHeader, SipMessage } from './message.ts'

/** Writes the message; Content-Length is set from the body whatever the headers said. */
export function writeMessage(message: SipMessage): string {
  let text =
    message.kind === 'request'
      ? `${oneLine(message.method)} ${oneLine(message.uri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${oneLine(message.reason)}\r\n`
  for (const header of message.headers) text += lineOf(header)
  return `${text}Content-Length: ${Buffer.byteLength(message.body)}\r\n\r\n${message.body}`
}

function lineOf(header: SipHeader): string {
  if (header.name === 'Content-Length' || header.name.toLowerCase() === 'content-length') return ''
  return `${oneLine(header.name)}: ${oneLine(header.value)}\r\n`
}

// A line break inside a value would let its author add headers of his own: it becomes a blank, as unfolding would.
function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+[ \t]*/g, ' ').trim() : text
}
