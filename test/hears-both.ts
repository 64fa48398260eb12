// Two voices at once in one ear.
import { performance } from 'node:perf_hooks'
import { levelAt, sampleRate } from './audio.ts'
import type { RtpPeer } from './rtp-peer.ts'
import { waitUntil } from './wait-until.ts'

/** Waits until a second of what it hears has both sines, each about as loud as it was spoken. */
export async function hearsBoth(ear: RtpPeer, oneHz: number, otherHz: number): Promise<void> {
  await waitUntil(
    `${ear.address} hears ${oneHz} and ${otherHz} Hz at once`,
    () => {
      const second = ear.heard(performance.now() - 1_500).subarray(-sampleRate)
      return second.length === sampleRate && [oneHz, otherHz].every((hz) => levelAt(second, hz) > -20)
    },
    15_000,
  )
}
