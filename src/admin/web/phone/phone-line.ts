// The line from the server: what rings at this browser. Kept open, opened anew when it breaks.
import type { PhoneLine, PhoneNews } from '#admin/phone-view.ts'
import { api } from '../data/client.ts'

export interface PhoneLineOptions {
  readonly news: (news: PhoneNews) => void
  readonly connected: (connected: boolean) => void
}

/** The server beats every 10 s: after two missed ones the line is dead, whatever the browser believes. */
const silenceMs = 25_000
const retryMs = 2_000

/** Follows the line until the signal aborts, or another page of this browser took it over. */
export async function followPhoneLine(options: PhoneLineOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const ended = await readLine(options, signal)
    if (ended === 'replaced') return
    options.connected(false)
    await pause(signal)
  }
}

async function readLine(
  { news, connected }: PhoneLineOptions,
  signal: AbortSignal,
): Promise<'replaced' | 'broken'> {
  const dead = new AbortController()
  const stop = () => dead.abort()
  signal.addEventListener('abort', stop, { once: true })
  let watch = window.setTimeout(stop, silenceMs)
  let line = ''
  try {
    const response = await api['browser-phone'].line.$post({}, { init: { signal: dead.signal } })
    if (!response.ok || !response.body) return 'broken'
    for await (const said of linesOf(response.body)) {
      window.clearTimeout(watch)
      watch = window.setTimeout(stop, silenceMs)
      if (said.kind === 'hello') {
        line = said.line
        connected(true)
      } else if (said.kind === 'beat')
        void api['browser-phone'].beat.$post({ json: { line } }).catch(() => undefined)
      else news(said)
      if (said.kind === 'replaced') return 'replaced'
    }
    return 'broken'
  } catch {
    // Aborted by us, or the network went.
    return 'broken'
  } finally {
    window.clearTimeout(watch)
    signal.removeEventListener('abort', stop)
    dead.abort()
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<PhoneLine> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += decoder.decode(value, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, retryMs)
    signal.addEventListener('abort', () => {
      window.clearTimeout(timer)
      resolve()
    })
  })
}
