import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { startParser } from '#mail/parser.ts'
import { fakeClock } from '#test/fake-clock.ts'

const healthy = Buffer.from('From: a@b.c\r\nSubject: hello\r\n\r\nhi')

test('M5: a message that takes too long is given up, and the next one is read all the same', async () => {
  const clock = fakeClock()
  await using parser = startParser({ clock, maxParseMs: 1_000 })
  // Large enough that it cannot be done before the clock is moved.
  const slow = parser.parse(
    Buffer.concat([Buffer.from('From: a@b.c\r\n\r\n'), Buffer.alloc(40_000_000, 'x')]),
  )
  const givenUp = expect(slow).rejects.toThrow('it took too long to read')

  await clock.advance(1_000)

  await givenUp
  expect((await parser.parse(healthy)).subject).toBe('hello')
})

test('messages handed in together are each answered with their own content', async () => {
  await using parser = startParser({ clock: systemClock })
  const subjects = ['one', 'two', 'three']

  const mails = await Promise.all(
    subjects.map((subject) => parser.parse(Buffer.from(`From: a@b.c\r\nSubject: ${subject}\r\n\r\n`))),
  )

  expect(mails.map((mail) => mail.subject)).toEqual(subjects)
})

test('closing the parser answers who still waits', async () => {
  const parser = startParser({ clock: systemClock })
  const waiting = expect(parser.parse(healthy)).rejects.toThrow('the parser is closed')

  await parser[Symbol.asyncDispose]()

  await waiting
})
