// Nobody is free: music until the caller gives up, and a task so that nobody is forgotten.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { hearsMusic } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber, setStatus } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
  await setStatus(office.eva, 'lunch')
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

test('with nobody free the caller hears music until giving up; a second call joins the one missed task', async () => {
  const alice = '+420600000011'
  await hearMusicAndGiveUp(alice)

  const first = await onlyTaskOf(office, alice, 'open')
  expect(first).toMatchObject({ kind: 'call', missed: true, note: 'missed', assignee: null, recordings: [] })

  await hearMusicAndGiveUp(alice)

  await waitUntil(
    'both calls are on one task',
    async () => (await onlyTaskOf(office, alice, 'open')).note === 'missed ×2',
  )
  expect((await onlyTaskOf(office, alice, 'open')).id).toBe(first.id)
})

async function hearMusicAndGiveUp(caller: string): Promise<void> {
  const { carrier } = office
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await waitUntil(
    'the desk says why nobody rings',
    async () => (await liveCall(office, 'queued')).why !== null,
  )
  await hearsMusic(carrier.sound, [])
  await carrier.tell('HANGUP')
  await carrier.done()
  await office.quiet()
}
