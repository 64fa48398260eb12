// A sound as FreeSWITCH plays it: which application, with which argument.
import { assertNever } from '#lib/errors.ts'
import type { Sound } from '#media/engine.ts'

export interface Command {
  readonly app: 'playback' | 'endless_playback'
  readonly arg: string
}

/** The stream that docker/freeswitch/freeswitch.xml makes of its music folder. */
const music = 'local_stream://music'
const defaultDbm0 = -13
/**
 * FreeSWITCH's tone generator counts dB from full scale of its own; at 0 dB one sine measures 3.14 dBm0 below ours.
 */
const toneOffsetDb = 0

/** Undefined for a path that FreeSWITCH would not take as one: it expands `${}` and reads `{}`, `!` and `://` itself. */
export function commandOf(sound: Sound): Command | undefined {
  switch (sound.kind) {
    case 'file':
      if (!/^\/[^\p{Cc}${}!\\]+$/u.test(sound.path) || sound.path.includes('://')) return undefined
      return { app: sound.repeat ? 'endless_playback' : 'playback', arg: sound.path }
    case 'music':
      return { app: 'endless_playback', arg: music }
    case 'tone':
      return { app: 'playback', arg: toneStream(sound) }
    case 'silence':
      // -1: digital silence instead of noise.
      return { app: 'playback', arg: `silence_stream://${Math.max(1, Math.round(sound.ms))},-1` }
    default:
      return assertNever(sound)
  }
}

function toneStream(tone: Extract<Sound, { kind: 'tone' }>): string {
  const level = (tone.dbm0 ?? defaultDbm0) + toneOffsetDb
  const sines = tone.hz.join(',')
  return `tone_stream://v=${level};%(${tone.onMs},${tone.offMs},${sines});loops=${tone.times ?? -1}`
}
