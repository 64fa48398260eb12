// A digit by SIP INFO: application/dtmf-relay (`Signal=5`, `Duration=160`) and application/dtmf (`5`).
export function digitFromInfo(
  contentType: string,
  body: string,
): { readonly digit: string; readonly durationMs: number } | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/dtmf') return digitOf(body.trim(), 100)
  if (type !== 'application/dtmf-relay') return undefined
  const signal = /^\s*signal\s*=\s*(\S+)/im.exec(body)?.[1] ?? ''
  const duration = /^\s*duration\s*=\s*(\d{1,5})/im.exec(body)?.[1]
  return digitOf(signal, duration === undefined ? 100 : Number(duration))
}

function digitOf(signal: string, durationMs: number) {
  // Some phones send 10 and 11 for the keys that have no number.
  const key = signal === '10' ? '*' : signal === '11' ? '#' : signal.toUpperCase()
  return /^[0-9*#A-D]$/.test(key) ? { digit: key, durationMs: Math.min(durationMs, 10_000) } : undefined
}
