// A SIP message as a test looks at it: just enough reading to say "the first 180" or "our 200 to INVITE".

export interface SipText {
  readonly text: string
  /** Of a request. */
  readonly method: string | undefined
  /** Of a response. */
  readonly status: number | undefined
  /** The method CSeq names: what a response answers. */
  readonly about: string
  readonly callId: string
  readonly body: string
  header(name: string): string | undefined
}

/** undefined for bytes that are no SIP message. */
export function readSip(text: string): SipText | undefined {
  const end = text.indexOf('\r\n\r\n')
  const [startLine = '', ...lines] = text.slice(0, end < 0 ? text.length : end).split('\r\n')
  const status = /^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1]
  const method = /^([A-Z]+) \S+ SIP\/2\.0$/.exec(startLine)?.[1]
  if (status === undefined && method === undefined) return undefined
  const header = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))?.replace(/^[^:]*:\s*/, '')
  return {
    text,
    method,
    status: status === undefined ? undefined : Number(status),
    about: header('CSeq')?.split(/\s+/)[1] ?? '',
    callId: header('Call-ID') ?? header('i') ?? '',
    body: end < 0 ? '' : text.slice(end + 4),
    header,
  }
}

/** `INVITE` is that request, `180` any response of that status, `200 BYE` the answer to a BYE. */
export function isSip(message: SipText, what: string): boolean {
  const [first = '', about] = what.split(' ')
  if (!/^\d+$/.test(first)) return message.method === first
  return message.status === Number(first) && (about === undefined || message.about === about)
}
