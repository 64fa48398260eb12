import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { openSupervisor } from '#lib/sd-notify.ts'
import { fakeClock } from '#test/fake-clock.ts'

const watched = { CORDBOARD_NOTIFY_FD: '3', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }

function supervised(environment: Readonly<Record<string, string>> = watched) {
  const clock = fakeClock()
  const sent: string[] = []
  const send = (message: string) => void sent.push(message)
  const supervisor = openSupervisor({ environment, clock, log: silentLog, pid: 42, send })
  return { clock, sent, supervisor, beats: () => sent.filter((message) => message === 'WATCHDOG=1').length }
}

test('systemd hears READY once the start is over, and that it stops', () => {
  const { sent, supervisor, clock } = supervised()

  expect(sent).toEqual([])
  supervisor.ready(() => [])
  expect(sent).toEqual(['READY=1', 'STATUS=Running.', 'WATCHDOG=1'])
  supervisor.stopping()
  expect(sent.slice(3)).toEqual(['STATUS=Stopping: calls may end by themselves.', 'STOPPING=1'])
  expect(clock.waiting).toBe(0)
})

test('the watchdog is fed three times in its span while every part is well', async () => {
  const { supervisor, clock, beats } = supervised()
  using _ = supervisor

  supervisor.ready(() => [])
  await clock.advance(60_000)

  expect(beats()).toBe(1 + 3)
})

test('the watchdog gets nothing while a part is down, which the status names, and again when it is back', async () => {
  const broken = ['media']
  const { supervisor, clock, beats, sent } = supervised()
  using _ = supervisor

  supervisor.ready(() => broken)
  await clock.advance(60_000)
  expect(beats()).toBe(0)
  expect(sent.filter((message) => message.startsWith('STATUS='))).toEqual(['STATUS=Down: media.'])

  broken.pop()
  await clock.advance(20_000)
  expect(beats()).toBe(1)
  expect(sent).toContain('STATUS=Running.')
})

test('a look at the parts that throws is no sign of life', async () => {
  const { supervisor, clock, beats } = supervised()
  using _ = supervisor
  let well = true

  supervisor.ready(() => {
    if (!well) throw new Error('a bug')
    return []
  })
  well = false
  await clock.advance(60_000)

  expect(beats()).toBe(1)
})

test('no watchdog is fed that nobody set, or that watches another process', () => {
  for (const environment of [{ CORDBOARD_NOTIFY_FD: '3' }, { ...watched, WATCHDOG_PID: '41' }]) {
    const { sent, supervisor, clock } = supervised(environment)
    supervisor.ready(() => [])
    expect(sent).toEqual(['READY=1', 'STATUS=Running.'])
    expect(clock.waiting).toBe(0)
  }
})

test('a program that systemd did not start says nothing', () => {
  const { sent, supervisor, clock } = supervised({ WATCHDOG_USEC: '60000000' })

  supervisor.ready(() => [])
  supervisor.stopping()

  expect(sent).toEqual([])
  expect(clock.waiting).toBe(0)
})

test('a message systemd does not take ends nothing', async () => {
  const clock = fakeClock()
  const send = () => {
    throw new Error('EAGAIN')
  }
  using supervisor = openSupervisor({ environment: watched, clock, log: silentLog, pid: 42, send })

  supervisor.ready(() => [])
  await clock.advance(60_000)

  expect(clock.waiting).toBe(1)
})
