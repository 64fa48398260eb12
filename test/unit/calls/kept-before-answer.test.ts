import { afterEach, beforeEach, expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { type Office, openOffice } from '#test/fakes/office.ts'

let office: Office
let disk: { takes: () => void; refuses: (err: Error) => void }
beforeEach(async () => {
  office = await openOffice()
  const taken = Promise.withResolvers<void>()
  disk = { takes: taken.resolve, refuses: taken.reject }
  office.tenant.db.onDisk = () => taken.promise
})
afterEach(() => office.close())

test('a caller is answered only when the row of the call is on the disk', async () => {
  const incoming = await office.aliceCalls()
  expect(incoming.leg).toBeUndefined()
  expect(office.story()).toBe('call-started')

  disk.takes()
  await office.settle()

  expect(incoming.leg).toBeDefined()
  incoming.leg?.farEndHangsUp()
  await office.settle()
})

test('a disk that refuses the row refuses the call', async () => {
  const incoming = await office.aliceCalls()

  disk.refuses(new CordboardError('store.unwritable', 'The disk is broken.', { blame: 'setup' }))
  await office.settle()

  expect(incoming.leg).toBeUndefined()
  expect(incoming.rejected?.status).toBe(503)
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'failed' })
})

test('an emergency waits for no disk', async () => {
  const incoming = await office.evaDials('112')
  const ringing = office.sip.dialled.at(-1)
  ringing?.answers()
  await office.settle()

  expect(incoming.leg).toBeDefined()
  incoming.leg?.farEndHangsUp()
  disk.takes()
  await office.settle()
})
