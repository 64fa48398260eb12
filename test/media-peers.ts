// A media engine on loopback and legs with their far ends, for tests of sound.
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import type { LegOptions, MediaEngine, MediaEvent, MediaLeg } from '#media/engine.ts'
import { openMedia } from '#media/open-media.ts'
import { openTestFreeswitch } from '#test/freeswitch-media.ts'
import { type PeerOptions, RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

/** The engine that the media tests of this run are about: they run once for each (vitest.config.ts). */
export const engineUnderTest = process.env.MEDIA_ENGINE_UNDER_TEST ?? 'embedded'

export function openTestMedia(options: { rtpAddress?: string } = {}): Promise<MediaEngine> {
  if (engineUnderTest === 'freeswitch') return openTestFreeswitch()
  const config = {
    engine: 'embedded',
    rtpAddress: '127.0.0.1',
    rtpPorts: [22000, 29999],
    ...options,
  } as const
  return openMedia({ config, clock: systemClock, log: silentLog })
}

export interface Talker extends AsyncDisposable {
  readonly peer: RtpPeer
  readonly leg: MediaLeg
  readonly events: MediaEvent[]
}

/** A leg whose far end is a new peer that knows where to send. */
export async function openTalker(
  engine: MediaEngine,
  options: PeerOptions & Partial<LegOptions> & { direction?: string } = {},
): Promise<Talker> {
  const peer = await RtpPeer.open(options)
  const { codecs, mediaTimeoutMs } = options
  const leg = await engine.openFromOffer(
    peer.sdp(options.direction ? { direction: options.direction } : {}),
    {
      owner: options.owner ?? 'test',
      ...(codecs ? { codecs } : {}),
      ...(mediaTimeoutMs === undefined ? {} : { mediaTimeoutMs }),
    },
  )
  peer.talkTo(leg.localSdp)
  const events: MediaEvent[] = []
  leg.events.on((event) => events.push(event))
  return {
    peer,
    leg,
    events,
    [Symbol.asyncDispose]: async () => {
      await leg.close()
      await peer[Symbol.asyncDispose]()
    },
  }
}

/** Waits until the far end was sent `ms` more of sound: real time, by what is on the wire. */
export async function soundPasses({ peer }: Talker, ms: number): Promise<void> {
  const until = peer.received.length + ms / 20
  await waitUntil(`${ms} ms of sound`, () => peer.received.length >= until)
}

/** Digits among the events, in order. */
export function digitsOf(events: readonly MediaEvent[]): string {
  return events.map((event) => (event.kind === 'digit' ? event.digit : '')).join('')
}
