// SDP with a browser (RFC 8829): reads what matters of its offer of one audio stream, writes our answer. Pure.
// Browsers write SDP by their own code, but it comes from a page: every value is checked before it is used.
import { CordboardError } from '#lib/errors.ts'

export interface BrowserOffer {
  readonly mid: string
  /** Its certificate, as SHA-256 in hex with colons. */
  readonly fingerprint: string
  readonly setup: 'actpass' | 'active' | 'passive'
  /** Of the sound it sends. */
  readonly ssrc: number
  /** Its payload type for telephone-event at 8 kHz, if it offers one. */
  readonly eventType: number | undefined
}

/** How a browser reaches us: ICE (RFC 8445), DTLS (RFC 5763). */
export interface GateParameters {
  readonly user: string
  readonly password: string
  readonly fingerprint: string
  readonly candidates: readonly {
    readonly foundation: string
    readonly priority: number
    readonly address: string
    readonly protocol: string
    readonly port: number
  }[]
}

/** An offer of one audio stream has some 3 KB. */
const maxBytes = 16_384

/** @throws CordboardError `phone.offer` */
export function readBrowserOffer(text: string): BrowserOffer {
  if (text.length > maxBytes || !text.startsWith('v=0')) throw unusable('it is no session description')
  const [session = '', ...media] = text.split(/^(?=m=)/m)
  const [audio] = media
  if (media.length !== 1 || !audio?.startsWith('m=audio ')) throw unusable('it is not one audio stream')
  const both = session + audio
  const formats = /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF ([\d ]+)\r?$/m.exec(audio)?.[1]?.split(' ')
  if (!formats?.includes('0')) throw unusable('it has no PCMU over DTLS')
  const fingerprint = /^a=fingerprint:sha-256 ([0-9A-F]{2}(?::[0-9A-F]{2}){31})\r?$/im.exec(both)?.[1]
  const setup = readSetup(/^a=setup:(\w+)\r?$/m.exec(both)?.[1])
  const mid = /^a=mid:([\w-]{1,16})\r?$/m.exec(audio)?.[1]
  const ssrc = Number(/^a=ssrc:(\d{1,10}) /m.exec(audio)?.[1])
  if (!fingerprint || !setup) throw unusable('it names no certificate')
  if (!mid) throw unusable('its stream has no name')
  if (!(ssrc > 0 && ssrc <= 0xffff_ffff)) throw unusable('it names no source')
  return { mid, fingerprint: fingerprint.toUpperCase(), setup, ssrc, eventType: eventTypeOf(audio, formats) }
}

/** Our answer: everything over one port of ours, which browsers reach and we never seek (ICE lite, RFC 8445 §2.4). */
export function writeBrowserAnswer(offer: BrowserOffer, gate: GateParameters): string {
  const { mid, eventType } = offer
  const formats = eventType === undefined ? '0' : `0 ${eventType}`
  const events =
    eventType === undefined ? [] : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`]
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mid}`,
    'a=msid-semantic: WMS *',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${formats}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendrecv',
    'a=rtcp-mux',
    'a=msid:cordboard call',
    'a=rtpmap:0 PCMU/8000',
    ...events,
    'a=ptime:20',
    `a=ice-ufrag:${gate.user}`,
    `a=ice-pwd:${gate.password}`,
    `a=fingerprint:sha-256 ${gate.fingerprint}`,
    `a=setup:${offer.setup === 'passive' ? 'active' : 'passive'}`,
    ...gate.candidates.map(
      ({ foundation, priority, address, protocol, port }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ host${
          protocol === 'tcp' ? ' tcptype passive' : ''
        }`,
    ),
    'a=end-of-candidates',
    '',
  ].join('\r\n')
}

function readSetup(word: string | undefined): BrowserOffer['setup'] | undefined {
  return word === 'actpass' || word === 'active' || word === 'passive' ? word : undefined
}

function eventTypeOf(audio: string, formats: readonly string[]): number | undefined {
  const found = /^a=rtpmap:(\d{1,3}) telephone-event\/8000\r?$/m.exec(audio)?.[1]
  const type = Number(found)
  return found !== undefined && formats.includes(found) && type >= 96 && type <= 127 ? type : undefined
}

function unusable(why: string): CordboardError {
  return new CordboardError('phone.offer', `The browser's offer of sound cannot be used: ${why}.`, {
    blame: 'theirs',
  })
}
