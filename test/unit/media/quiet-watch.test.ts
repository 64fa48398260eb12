import { expect, test } from 'vitest'
import { QuietWatch } from '#media/quiet-watch.ts'
import { loudness, sine } from '#test/audio.ts'

const speech = powerOf(sine(500, 0.02, { dbm0: -25 }))
const room = powerOf(sine(500, 0.02, { dbm0: -50 }))

function powerOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
}

/** What is told while each letter is 20 ms: s speech, r a quiet room, - nothing sent. */
function told(line: string, ms: number): readonly { at: number; quietMs: number }[] {
  const heard: { at: number; quietMs: number }[] = []
  let at = 0
  const watch = new QuietWatch({ ms, nowMs: 0, tell: (quietMs) => heard.push({ at, quietMs }) })
  for (const letter of line) {
    at += 20
    if (letter !== '-') watch.hear(letter === 's' ? speech : room, at)
    watch.tick(at)
  }
  return heard
}

test('quiet is told once when it lasted, and again after somebody spoke', () => {
  expect(told('ssssrrrrrrrrrrssssrrrrrr', 100)).toEqual([
    { at: 180, quietMs: 100 },
    { at: 460, quietMs: 100 },
  ])
})

test('nothing sent is quiet, from the moment it was asked for', () => {
  expect(told('------', 100)).toEqual([{ at: 100, quietMs: 100 }])
})

test('a click is no speech', () => {
  expect(told('rrsrrrr', 100)).toEqual([{ at: 100, quietMs: 100 }])
})

test('pauses between words are not quiet for long', () => {
  expect(told('ssrrrssrrrssrrrss', 100)).toEqual([])
})

test('what is called speech is above -40 dBm0', () => {
  expect(loudness(sine(500, 0.02, { dbm0: -39 }))).toBeGreaterThan(-40)
  const watched: number[] = []
  const watch = new QuietWatch({ ms: 40, nowMs: 0, tell: (ms) => watched.push(ms) })
  for (const at of [20, 40, 60]) {
    watch.hear(powerOf(sine(500, 0.02, { dbm0: -39 })), at)
    watch.tick(at)
  }
  expect(watched).toEqual([])
})
