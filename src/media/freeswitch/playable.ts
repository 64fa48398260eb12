// A sound as FreeSWITCH's `playback` takes it.
import { assertNever } from '#lib/errors.ts'
import { eventOfKey, tonesOfEvent } from '#media/embedded/digits.ts'
import type { Sound } from '#media/engine.ts'

export interface Playable {
  readonly path: string
  /** Played again and again: FreeSWITCH's own endless_playback cannot be stopped. */
  readonly repeat: boolean
}

/** The stream that docker/freeswitch/freeswitch.xml makes of its music folder. */
const music = 'local_stream://music'
const defaultDbm0 = -13
const keyDbm0 = -10
const maxFiles = 64

/** Undefined for a path that FreeSWITCH would not take as one: it expands `${}` and reads `{}`, `!` and `://` itself. */
export function playable(sound: Sound): Playable | undefined {
  switch (sound.kind) {
    case 'file':
      return isPlain(sound.path) ? { path: sound.path, repeat: sound.repeat ?? false } : undefined
    case 'files': {
      // What FreeSWITCH cannot open in such a list it passes over by itself.
      const paths = sound.paths.slice(0, maxFiles).filter(isPlain)
      return paths.length === 0 ? undefined : { path: `file_string://${paths.join('!')}`, repeat: false }
    }
    case 'music':
      return { path: music, repeat: false }
    case 'tone':
      return { path: toneStream(sound), repeat: false }
    case 'silence':
      // -1: digital silence instead of noise.
      return { path: `silence_stream://${Math.max(1, Math.round(sound.ms))},-1`, repeat: false }
    default:
      return assertNever(sound)
  }
}

/** Keys as a far end without telephone-event hears them, as loud as the embedded engine's: -10 dBm0 for each sine. */
export function keyTones(
  keys: string,
  options: { readonly durationMs: number; readonly gapMs: number },
): string {
  const { durationMs, gapMs } = options
  const tones = [...keys].map((key) => `%(${durationMs},${gapMs},${sinesOfKey(key).join(',')})`)
  return `tone_stream://v=${(keyDbm0 + 20 * Math.log10(2)).toFixed(2)};${tones.join(';')}`
}

function sinesOfKey(key: string): readonly number[] {
  const event = eventOfKey(key)
  if (event === undefined) throw new Error(`${key} is no key`)
  return tonesOfEvent(event)
}

function toneStream(tone: Extract<Sound, { kind: 'tone' }>): string {
  // Its level is that of the whole: several sines share it.
  const level = (tone.dbm0 ?? defaultDbm0) + 20 * Math.log10(tone.hz.length)
  const sines = tone.hz.join(',')
  return `tone_stream://v=${level.toFixed(2)};%(${tone.onMs},${tone.offMs},${sines});loops=${tone.times ?? -1}`
}

function isPlain(path: string): boolean {
  return /^\/[^\p{Cc}${}!\\]+$/u.test(path) && !path.includes('://')
}
