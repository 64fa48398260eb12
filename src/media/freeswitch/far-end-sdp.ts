// The SDP that FreeSWITCH sees: one audio line, always sendrecv. What is held, refused or offered late is settled in Node
// (FreeSWITCH translates hold inconsistently), so it hears only where sound goes and in which codec.
import { CordboardError } from '#lib/errors.ts'
import { type SpokenCodec, wideCodecs } from '#media/codecs.ts'
import type { Terms } from '#media/embedded/messages.ts'
import type { MediaCodec } from '#media/engine.ts'
import { readSdp, writeSdp } from '#media/sdp.ts'

export interface Place {
  readonly address: string
  readonly port: number
}

type Heard = Pick<Terms, 'address' | 'port' | 'codec' | 'payloadType' | 'eventType'>

/** RFC 863: where nobody listens, until the far end's address is known. FreeSWITCH learns it by the first packets. */
const discardPort = 9
const sessionId = '1'
const usualEventType = 101

/** The far end as settled so far; `nowhere` stands in for an address not known yet. */
export function farEndSdp(far: Heard, options: { version: number; nowhere: string }): string {
  const { codec, payloadType, eventType } = far
  return audioSdp({
    ...options,
    place: far.address === undefined ? undefined : { address: far.address, port: far.port },
    codecs: wideCodecs.filter(({ name }) => name === codec).map((one) => ({ ...one, payloadType })),
    eventType,
  })
}

/** Before the far end answered: every codec we offer it. */
export function anyEndSdp(
  wanted: readonly MediaCodec[] | undefined,
  options: { version: number; nowhere: string },
): string {
  const codecs = wideCodecs.filter(({ name }) => wanted?.includes(name) ?? true)
  return audioSdp({ ...options, place: undefined, codecs, eventType: usualEventType })
}

/** Where FreeSWITCH listens for a leg, by its answer. @throws CordboardError `media.sdp` */
export function placeOf(answer: string): Place {
  const line = readSdp(answer).find(({ type, port }) => type === 'audio' && port > 0)
  if (line?.address === undefined)
    throw new CordboardError('media.sdp', 'FreeSWITCH answered without a port for sound.')
  return { address: line.address, port: line.port }
}

function audioSdp(given: {
  readonly version: number
  readonly nowhere: string
  readonly place: Place | undefined
  readonly codecs: readonly SpokenCodec[]
  readonly eventType: number | undefined
}): string {
  const { version, nowhere, place, codecs, eventType } = given
  const event =
    eventType === undefined
      ? []
      : [{ payloadType: eventType, name: 'telephone-event', rate: 8000, fmtp: '0-15' }]
  const maps = [...codecs, ...event]
  return writeSdp({
    sessionId,
    version,
    address: place?.address ?? nowhere,
    media: [
      {
        type: 'audio',
        port: place?.port ?? discardPort,
        protocol: 'RTP/AVP',
        formats: maps.map(({ payloadType }) => String(payloadType)),
        maps,
        direction: 'sendrecv',
        ptimeMs: 20,
      },
    ],
  })
}
