import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { Admission } from '#sip/embedded/admission.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { request } from './sip-text.ts'

const limits = { newRequestsPerS: 100, leastRequestsPerS: 10, addressShare: 0.5, lateMs: 50 }
const invite = request({ uri: 'sip:+420123456789@192.0.2.9' })

function open() {
  const clock = fakeClock()
  const admission = new Admission({ clock, limits, log: silentLog })
  const letIn = (times: number, address = '192.0.2.1', message = invite) =>
    Array.from({ length: times }, () => admission.admits(message, address)).filter(Boolean).length
  return { clock, admission, letIn }
}

test('one address gets its share and no more; another one is served all the same', () => {
  const { letIn } = open()

  expect(letIn(500)).toBe(100)
  expect(letIn(50, '192.0.2.2')).toBe(50)
})

test('all of them together get the whole budget', () => {
  const { letIn } = open()
  const total = Array.from({ length: 20 }, (_, host) => letIn(50, `192.0.2.${host}`))

  expect(total.reduce((sum, count) => sum + count, 0)).toBe(200)
})

test('a budget fills again with time', async () => {
  const { clock, letIn } = open()
  letIn(500)
  await clock.advance(100)

  expect(letIn(500)).toBe(5)
})

test('an emergency call is let in when nothing else is; a flood of them is not', () => {
  const { letIn } = open()
  letIn(500)

  expect(letIn(1)).toBe(0)
  expect(letIn(100, '192.0.2.1', request({ uri: 'sip:112@192.0.2.9' }))).toBe(20)
})

test('a million addresses take no more memory than ten thousand', () => {
  const { admission } = open()
  for (let host = 0; host < 100_000; host += 1) admission.admits(invite, `2001:db8::${host.toString(16)}`)

  expect(admission.addresses).toBe(10_000)
})

test('while the event loop is late less is let in, then slowly more again', async () => {
  const clock = fakeClock()
  let lateMs = 0
  const admission = new Admission({
    clock: { ...clock, monotonic: () => clock.monotonic() + lateMs },
    limits,
    log: silentLog,
  })
  await clock.advance(100)
  expect(admission.ratePerS).toBe(100)

  for (let round = 0; round < 30; round += 1) {
    lateMs += 80
    await clock.advance(100)
  }
  expect(admission.ratePerS).toBe(10)
  await clock.advance(1_000)

  expect(admission.ratePerS).toBe(30)
})
