// Comfort noise (RFC 3389): reads how loud the far end's background is, and makes noise of that level.
import { frameSamples } from './rtp.ts'

/** RFC 3551 §6: the static payload type at 8 kHz. */
export const noisePayloadType = 13
/** Below this (-dBov) there is nothing to hear: silence. */
const inaudible = 80
/** A louder "background" (-dBov) is a mistake of the far end, and would drown who speaks. */
const loudest = 30

/** The level in -dBov (RFC 3389 §3.1), the spectrum is left aside; undefined: silence. */
export function readNoiseLevel(bytes: Uint8Array, start: number, end: number): number | undefined {
  const level = (bytes[start] ?? 0x7f) & 0x7f
  return end <= start || level >= inaudible ? undefined : Math.max(loudest, level)
}

let seed = 0x2545f491

/** Fills `frame` with white noise of that level. */
export function fillNoise(frame: Int16Array, level: number): void {
  // A uniform spread from -peak to peak has an RMS of peak / sqrt(3).
  const peak = 32_768 * 10 ** (-level / 20) * Math.sqrt(3)
  for (let i = 0; i < frameSamples; i += 1) {
    // A linear congruential generator is noise enough for ears.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0
    frame[i] = Math.round((seed / 2_147_483_648) * peak)
  }
}
