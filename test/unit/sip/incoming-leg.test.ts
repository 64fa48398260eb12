// What becomes of an INVITE that is given up, as far as its leg is asked.
import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { incomingLeg } from '#sip/incoming-leg.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { type FakeRequest, fakeRequest } from './fake-request.ts'

test('a CANCEL that was read together with its INVITE settles the leg, once', () => {
  const request = fakeRequest()
  request.cancel('cancelled')

  expect(settledOf(request)).toEqual([undefined])
})

test('a CANCEL that comes later settles the leg, once', () => {
  const request = fakeRequest()
  const settled = settledOf(request)
  expect(settled).toEqual([])
  request.cancel('cancelled')

  expect(settled).toEqual([undefined])
})

test('a 200 that the server did not let out, because its CANCEL came first, settles the leg, once', async () => {
  const settled: unknown[] = []
  const leg = incomingLeg({ ...legOptions(fakeRequest()), onSettled: (answered) => settled.push(answered) })
  await expect(leg.answer('v=0')).rejects.toThrow()

  expect(settled).toEqual([undefined])
})

/** Each time the leg says it is settled. */
function settledOf(request: FakeRequest): readonly unknown[] {
  const settled: unknown[] = []
  const leg = incomingLeg({ ...legOptions(request), onSettled: (answered) => settled.push(answered) })
  if (request.abandoned.aborted) leg.reject(487)
  return settled
}

function legOptions(request: FakeRequest) {
  return {
    request,
    origin: { kind: 'trunk', trunkId: 'trunk-1' },
    from: { user: '+420600000001', host: 'carrier.example', displayName: undefined },
    dialled: '+420221000111',
    credentials: undefined,
    clock: fakeClock(),
    log: silentLog,
  } as const
}
