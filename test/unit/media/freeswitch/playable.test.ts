import { expect, test } from 'vitest'
import { keyTones, playable } from '#media/freeswitch/playable.ts'

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH would expand it.
  '/sounds/${system(rm)}.wav',
  '/sounds/a!b.wav',
  '{loops=9}/sounds/a.wav',
  'a.wav',
  '/http://evil/a.wav',
  '/a\nb.wav',
])('%j is no path for FreeSWITCH, which would read more into it', (path) => {
  expect(playable({ kind: 'file', path })).toBeUndefined()
})

test('a path with spaces is a path', () => {
  const sound = { kind: 'file', path: '/data/my sounds/a.wav', repeat: true } as const

  expect(playable(sound)).toEqual({ path: sound.path, repeat: true })
})

test('prompts are one list, without what FreeSWITCH would read more into', () => {
  const sound = { kind: 'files', paths: ['/sounds/a.wav', '/sounds/b!c.wav', '/sounds/d.wav'] } as const

  expect(playable(sound)).toEqual({ path: 'file_string:///sounds/a.wav!/sounds/d.wav', repeat: false })
})

test('two sines share the level of a tone stream: each is as loud as asked', () => {
  const tone = { kind: 'tone', hz: [350, 440], onMs: 200, offMs: 100, times: 3, dbm0: -13 } as const

  expect(playable(tone)?.path).toBe('tone_stream://v=-6.98;%(200,100,350,440);loops=3')
})

test('a tone without an end loops for ever', () => {
  expect(playable({ kind: 'tone', hz: [425], onMs: 1000, offMs: 4000 })?.path).toContain(';loops=-1')
})

test('keys are their two sines each (ITU-T Q.23)', () => {
  expect(keyTones('5#', { durationMs: 100, gapMs: 50 })).toBe(
    'tone_stream://v=-3.98;%(100,50,770,1336);%(100,50,941,1477)',
  )
})
