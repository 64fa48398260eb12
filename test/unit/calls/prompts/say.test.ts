import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listPrompts, type PromptName, textOf } from '#calls/prompts/catalogue.ts'
import { speechOf } from '#calls/prompts/say.ts'
import { readWav } from '#test/audio.ts'

const english = speechOf('en')
const spoken = (names: readonly PromptName[]) => names.map(textOf).join(' ')
const shipped = join(import.meta.dirname, '../../../../assets/sounds/en')

test('a place in the queue and an expected wait are sentences', () => {
  expect(spoken(english.position(3))).toBe('You are number three in the queue.')
  expect(spoken(english.expectedWait(125_000))).toBe('The expected wait is about two minutes.')
  expect(spoken(english.expectedWait(50_000))).toBe('The expected wait is about one minute.')
  expect(spoken(english.expectedWait(44_000))).toBe('The expected wait is less than one minute.')
  expect(spoken(english.expectedWait(5_000_000))).toBe('The expected wait is more than one hour.')
})

test.each([
  [0, 'zero'],
  [20, 'twenty'],
  [21, 'twenty one'],
  [100, 'one hundred'],
  [347, 'three hundred forty seven'],
  [1234, 'one two three four'],
])('%i is said "%s"', (value, words) => {
  expect(spoken(english.number(value))).toBe(words)
})

test('a telephone number is said digit by digit', () => {
  expect(spoken(english.digits('+420 77'))).toBe('four two zero seven seven')
})

test('a language nobody taught us is put together as English is', () => {
  expect(speechOf('xx').position(1)).toEqual(english.position(1))
})

test('every prompt is shipped: 8 kHz, mono, with words in it, and no louder than a line takes', () => {
  for (const [name] of listPrompts()) {
    const path = join(shipped, `${name}.wav`)
    expect(existsSync(path), name).toBe(true)
    const { rate, channels, seconds } = readWav(path)
    const [samples = new Int16Array(0)] = channels
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect([rate, channels.length], name).toEqual([8000, 1])
    expect(seconds, name).toBeGreaterThan(0.15)
    expect(peak, name).toBeGreaterThan(3_000)
    expect(peak, name).toBeLessThan(28_000)
  }
})
