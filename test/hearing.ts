// What an RTP peer hears now, said in words a test can read: this tone, music, silence.
import { performance } from 'node:perf_hooks'
import { levelAt, loudness, sampleRate, strongestHz } from './audio.ts'
import type { RtpPeer } from './rtp-peer.ts'
import { waitUntil } from './wait-until.ts'

/** What `RtpPeer.say(sine())` sends, in dBm0. */
const spokenDbm0 = -10
/** Below this nobody hears anything. */
const silenceDbm0 = -60

/** Waits until a whole second of what it hears is this sine, as loud as it was sent (3 dB), at its frequency (1 %). */
export async function hearsTone(ear: RtpPeer, hz: number): Promise<void> {
  await hears(ear, `a tone of ${hz} Hz`, (sound) => isTone(sound, hz))
}

/**
 * Waits until a whole second of what it hears is sound without a break, and at no moment one of the tones people here
 * speak. (Those must not be notes of the hold music: it plays 440 Hz, and nothing near 1500.)
 */
export async function hearsMusic(ear: RtpPeer, notTheTones: readonly number[]): Promise<void> {
  await hears(ear, 'music', (sound) => isMusic(sound, notTheTones))
}

/** A second of sound without a break, and none of these tones at any moment. */
export function isMusic(second: Int16Array, notTheTones: readonly number[]): boolean {
  const fits = (moment: Int16Array) =>
    loudness(moment) > -45 && notTheTones.every((hz) => levelAt(moment, hz) < spokenDbm0 - 15)
  return fifths(second).every(fits)
}

function fifths(second: Int16Array): readonly Int16Array[] {
  const size = sampleRate / 5
  return Array.from({ length: 5 }, (_, i) => second.subarray(i * size, (i + 1) * size))
}

/**
 * One second of a sine at -10 dBm0 and nothing else. Hz and dB in one: seen through a window of a second, a sine that is
 * 1 Hz off has lost more than the 3 dB allowed here, so the frequency is far nearer than 1 %.
 */
export function isTone(second: Int16Array, hz: number): boolean {
  const level = levelAt(second, hz)
  return Math.abs(level - spokenDbm0) <= 3 && loudness(second) - level < 1
}

/** Some whole second of a recorded channel is this tone, and the other side's tone is nowhere in it. */
export function expectOnly(channel: Int16Array, hz: number, otherHz: number): void {
  const seconds = windows(channel)
  const clean = seconds.some((second) => isTone(second, hz))
  const apart = seconds.every((second) => levelAt(second, otherHz) < spokenDbm0 - 30)
  if (clean && apart) return
  const found = seconds.map(
    (second) => `${levelAt(second, hz).toFixed(1)}/${levelAt(second, otherHz).toFixed(1)}`,
  )
  const length = (channel.length / sampleRate).toFixed(2)
  throw new Error(`${length} s recorded, in dBm0 at ${hz}/${otherHz} Hz: ${found.join(' ')}`)
}

/** Waits until that many more seconds of sound have come. */
export async function listens(ear: RtpPeer, seconds: number): Promise<void> {
  const before = ear.received.length
  await waitUntil(
    `${seconds} s of sound came`,
    () => ear.received.length >= before + seconds * 50,
    seconds * 1_000 + 10_000,
  )
}

function windows(channel: Int16Array): readonly Int16Array[] {
  const count = Math.max(0, Math.floor((channel.length - sampleRate) / (sampleRate / 4)) + 1)
  return Array.from({ length: count }, (_, i) => channel.subarray(i * 2000, i * 2000 + sampleRate))
}

export function isSilence(sound: Int16Array): boolean {
  return sound.length === 0 || loudness(sound) < silenceDbm0
}

async function hears(ear: RtpPeer, what: string, fits: (sound: Int16Array) => boolean): Promise<void> {
  let last: Int16Array = new Int16Array(0)
  try {
    await waitUntil(
      `${ear.address}:${ear.port} hears ${what}`,
      () => {
        const sound = ear.heard(performance.now() - 1_500)
        if (sound.length < sampleRate) return false
        last = sound.subarray(-sampleRate)
        return fits(last)
      },
      15_000,
    )
  } catch (err) {
    const found =
      last.length === 0 ? 'nothing' : `${strongestHz(last)} Hz at ${loudness(last).toFixed(1)} dBm0`
    throw new Error(`${ear.address}:${ear.port} hears ${found}, not ${what}`, { cause: err })
  }
}
