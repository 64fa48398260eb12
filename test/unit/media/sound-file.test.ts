import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { pcma, pcmu } from '#media/embedded/g711.ts'
import { ownMusicPath, readMusic } from '#media/music.ts'
import { readSoundFile, SoundFiles } from '#media/sound-file.ts'
import { readWavFormat, wavHeader } from '#media/wav-header.ts'
import { levelAt, loudness, sine, toLaw } from '#test/audio.ts'

const folder = mkdtempSync(join(tmpdir(), 'cordboard-sound-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(...parts: readonly Uint8Array[]): string {
  files += 1
  const path = join(folder, `${files}.wav`)
  writeFileSync(path, Buffer.concat(parts))
  return path
}

function header(fields: {
  tag: number
  channels: number
  rate: number
  bits: number
  dataBytes: number
}): Buffer {
  const bytes = wavHeader({ rate: fields.rate, channels: fields.channels, dataBytes: fields.dataBytes })
  bytes.writeUInt16LE(fields.tag, 20)
  bytes.writeUInt16LE(fields.bits, 34)
  return bytes
}
const bytesOf = (samples: Int16Array) => new Uint8Array(samples.buffer)
const tone = sine(1000, 1)

test.each([
  ['A-law', 6, () => toLaw(tone, pcma), 8],
  ['µ-law', 7, () => toLaw(tone, pcmu), 8],
  ['8 bit', 1, () => Uint8Array.from(tone, (sample) => (sample >> 8) + 128), 8],
  ['16 bit', 1, () => bytesOf(tone), 16],
])('a WAV of %s is read at its level', async (_name, tag, data, bits) => {
  const bytes = data()
  const samples = await readSoundFile(
    file(header({ tag, channels: 1, rate: 8000, bits, dataBytes: bytes.length }), bytes),
  )

  expect(samples.length).toBe(8000)
  expect(levelAt(samples, 1000)).toBeCloseTo(-10, 0)
})

test('stereo becomes the middle of both sides', async () => {
  const both = Int16Array.from({ length: 16_000 }, (_, i) => (i % 2 === 0 ? (tone[i >> 1] ?? 0) : 0))
  const samples = await readSoundFile(
    file(header({ tag: 1, channels: 2, rate: 8000, bits: 16, dataBytes: 32_000 }), bytesOf(both)),
  )

  expect(samples.length).toBe(8000)
  expect(levelAt(samples, 1000)).toBeCloseTo(-16, 0)
})

for (const rate of [11_025, 16_000, 22_050, 44_100, 48_000]) {
  test(`${rate} Hz becomes 8000 Hz: the tone stays, what a telephone cannot carry goes`, async () => {
    const low = sine(1000, 1, { rate })
    const high = sine(Math.min(5200, rate / 2 - 200), 1, { rate })
    const mixed = low.map((sample, i) => sample + (high[i] ?? 0))
    const samples = await readSoundFile(
      file(header({ tag: 1, channels: 1, rate, bits: 16, dataBytes: mixed.byteLength }), bytesOf(mixed)),
    )
    const middle = samples.subarray(400, 7600)

    expect(samples.length).toBe(8000)
    expect(levelAt(middle, 1000)).toBeCloseTo(-10, 1)
    expect(levelAt(middle, 8000 - Math.min(5200, rate / 2 - 200))).toBeLessThan(-60)
  })
}

test('other chunks are stepped over, and an extensible header is read', async () => {
  const start = Buffer.from('RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x28\0\0\0', 'latin1')
  const format = Buffer.alloc(40)
  format.writeUInt16LE(0xfffe, 0)
  format.writeUInt16LE(1, 2)
  format.writeUInt32LE(8000, 4)
  format.writeUInt16LE(16, 14)
  format.writeUInt16LE(1, 24)
  const data = Buffer.from('data\0\0\0\0', 'latin1')
  data.writeUInt32LE(tone.byteLength, 4)

  expect((await readSoundFile(file(start, format, data, bytesOf(tone)))).length).toBe(8000)
})

test('a header that promises more than there is gives what there is', async () => {
  const path = file(
    header({ tag: 1, channels: 1, rate: 8000, bits: 16, dataBytes: 0xffffffff }),
    bytesOf(tone),
  )

  expect((await readSoundFile(path)).length).toBe(8000)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['an MP3', Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1')],
  ['no data', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1')],
  ['data before its format', Buffer.from('RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd', 'latin1')],
  ['three channels', header({ tag: 1, channels: 3, rate: 8000, bits: 16, dataBytes: 0 })],
  ['a rate of 1 Hz', header({ tag: 1, channels: 1, rate: 1, bits: 16, dataBytes: 0 })],
  ['24 bit', header({ tag: 1, channels: 1, rate: 8000, bits: 24, dataBytes: 0 })],
  ['ADPCM', header({ tag: 2, channels: 1, rate: 8000, bits: 4, dataBytes: 0 })],
])('a file we cannot play is a clear fault: %s', async (_what, bytes) => {
  await expect(readSoundFile(file(bytes))).rejects.toMatchObject({ code: 'media.sound', blame: 'setup' })
})

test('any bytes as a header are read or refused, never looped on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      readWavFormat(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), bytes]))
    }),
  )
})

test('a file is read once, and again when it changed', async () => {
  const sounds = new SoundFiles()
  const path = file(wavHeader({ rate: 8000, channels: 1, dataBytes: tone.byteLength }), bytesOf(tone))
  const first = await sounds.read(path)
  expect(await sounds.read(path)).toBe(first)
  writeFileSync(
    path,
    Buffer.concat([wavHeader({ rate: 8000, channels: 1, dataBytes: 320 }), Buffer.alloc(320)]),
  )

  expect((await sounds.read(path)).length).toBe(160)
  await expect(sounds.read(join(folder, 'none.wav'))).rejects.toMatchObject({ code: 'media.sound' })
})

test('our hold music is small, even in level, unclipped, and loops without a click', async () => {
  const music = await readMusic()
  const seconds = Array.from({ length: Math.floor(music.length / 16_000) }, (_, n) =>
    loudness(music.subarray(n * 16_000, n * 16_000 + 16_000)),
  )
  const step = (i: number) => Math.abs((music[(i + 1) % music.length] ?? 0) - (music[i % music.length] ?? 0))
  const steps = Array.from({ length: music.length - 1 }, (_, i) => step(i))

  expect(statSync(ownMusicPath).size).toBeLessThan(1_500_000)
  expect(loudness(music)).toBeGreaterThan(-22)
  expect(loudness(music)).toBeLessThan(-16)
  expect(Math.min(...seconds)).toBeGreaterThan(-28)
  expect(music.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(22_000)
  expect(step(music.length - 1)).toBeLessThan(steps.reduce((most, one) => Math.max(most, one), 0) / 2)
})

test('a folder of music is played file after file by name', async () => {
  const music = mkdtempSync(join(folder, 'music-'))
  const write = (name: string, sample: number) =>
    writeFileSync(
      join(music, name),
      Buffer.concat([
        wavHeader({ rate: 8000, channels: 1, dataBytes: 320 }),
        bytesOf(new Int16Array(160).fill(sample)),
      ]),
    )
  write('b.wav', 2)
  write('a.WAV', 1)
  writeFileSync(join(music, 'read.me'), 'text')

  expect([...(await readMusic(music))]).toEqual([...Array(160).fill(1), ...Array(160).fill(2)])
})
