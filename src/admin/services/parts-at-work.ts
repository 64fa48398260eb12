// The servers and machines that carry calls, in words.
import type { PartView } from '#admin/health-view.ts'
import type { BrowserPhonesPort } from '#admin/ports.ts'
import type { MediaEngine } from '#media/engine.ts'
import type { ServerState } from '#sip/sip-server.ts'

export interface PartsAtWork {
  readonly sip: { readonly servers: readonly ServerState[] }
  readonly media: Pick<MediaEngine, 'health'>
  /** undefined: switched off by the configuration. */
  readonly browserPhones?: Pick<BrowserPhonesPort, 'state'> | undefined
}

export function partsAtWork({ sip, media, browserPhones }: PartsAtWork): readonly PartView[] {
  const servers = sip.servers.map(
    (server): PartView => ({ kind: 'sip', name: server.name, up: server.up, sentence: sentenceOf(server) }),
  )
  const machines = media
    .health()
    .machines.map(({ name, up, sentence }): PartView => ({ kind: 'sound', name, up, sentence }))
  const browser = browserPhones?.state
  const phones: readonly PartView[] = browser
    ? [
        {
          kind: 'browser-phone',
          name: 'embedded',
          up: browser.kind === 'ready',
          sentence: browser.sentence || 'Browsers can be phones.',
        },
      ]
    : []
  return [...servers, ...machines, ...phones]
}

function sentenceOf({ up, load, listening }: ServerState): string {
  if (!up) return 'It cannot be reached: calls go over the other servers, or wait until it is back.'
  const places = [
    ...new Set(listening.map((one) => `${one.protocol.toUpperCase()} ${one.address}:${one.port}`)),
  ]
  return `Carries ${load} dialogs and requests. Listens on ${places.join(', ')}.`
}
