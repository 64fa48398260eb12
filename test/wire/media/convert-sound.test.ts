import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { convertSound } from '#media/convert-sound.ts'
import { levelAt, readWav, sine, strongestHz } from '#test/audio.ts'
import { tempFolder } from '#test/temp-folder.ts'

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())
const options = { maxSeconds: 20, clock: systemClock }

/** A sine in the format the name's end asks for. */
function soundFile(name: string, seconds = 2): Buffer {
  const path = join(folder.path, name)
  execFileSync('ffmpeg', [
    ...[
      '-y',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      `sine=frequency=1000:duration=${seconds}:sample_rate=44100`,
    ],
    ...['-ac', '2', path],
  ])
  return readFileSync(path)
}

test.each(['a.wav', 'a.mp3', 'a.flac', 'a.ogg', 'a.m4a', 'a.opus', 'a.aiff', 'a.webm'])(
  '%s becomes 8 kHz mono with the same sound',
  async (name) => {
    const { wav, durationMs } = await convertSound(soundFile(name), options)

    const path = join(folder.path, 'made.wav')
    writeFileSync(path, wav)
    const made = readWav(path)
    const [samples = new Int16Array(0)] = made.channels
    expect([made.rate, made.channels.length]).toEqual([8000, 1])
    expect(Math.abs(durationMs - 2000)).toBeLessThan(120)
    expect(strongestHz(samples.subarray(4000, 12_000))).toBeCloseTo(1000, 0)
    expect(levelAt(samples.subarray(4000, 12_000), 1000)).toBeGreaterThan(-12)
  },
)

test('what only ffmpeg reads is refused with a sentence where ffmpeg is missing; MP3 needs none', async () => {
  const without = { ...options, ffmpeg: 'ffmpeg-is-not-here' }

  await expect(convertSound(soundFile('b.m4a'), without)).rejects.toMatchObject({
    code: 'media.upload',
    message: expect.stringContaining('send MP3, WAV'),
  })
  expect((await convertSound(soundFile('b.mp3'), without)).durationMs).toBeGreaterThan(1900)
})

test('what is longer than allowed is refused', async () => {
  await expect(convertSound(soundFile('c.mp3', 25), options)).rejects.toMatchObject({
    code: 'media.upload',
    message: expect.stringContaining('longer than'),
  })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a picture', Buffer.from('\x89PNG\r\n\x1a\nand more')],
  ['an MP3 cut off in its tag', Buffer.from('ID3\x04\x00\x00\x00\x00\x7f\x7f')],
  ['a WAV that promises more than there is', wavOf(10).subarray(0, 60)],
  ['a playlist that names another file', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ['FLAC with noise after its mark', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(4000, 0xa5)])],
  [
    'Ogg with noise after its mark',
    Buffer.concat([Buffer.from('OggS'), Buffer.from('\x01vorbis'), Buffer.alloc(4000, 0xa5)]),
  ],
])('%s is refused in words', async (_, bytes) => {
  await expect(convertSound(bytes, options)).rejects.toMatchObject({ code: 'media.upload' })
})

function wavOf(seconds: number): Buffer {
  const samples = sine(1000, seconds)
  const header = Buffer.from('524946460000000057415645666d7420100000000100010040', 'hex')
  return Buffer.concat([header, Buffer.from(samples.buffer)])
}
