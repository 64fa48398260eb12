// A carrier that calls from anywhere proves itself by password (K2); who cannot is nobody.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { Line } from '#test/line.ts'
import { type Office, onlyTaskOf, openOffice, setStatus } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const account = { username: 'far-office', password: 'correct horse 9' }
const number = '+420221000333'
let office: Office
let wanderer: Line
beforeAll(async () => {
  office = await openOffice()
  const { appliance, desk, eva } = office
  await setStatus(eva, 'break')
  wanderer = await Line.open({ address: '127.0.0.22', programPort: appliance.sipPort })
  const trunk = await read(
    desk.api.trunks.$post({
      json: {
        provider: 'Far Office',
        label: 'far office',
        kind: 'ip',
        server: '127.0.0.23:5060',
        transport: 'udp',
        addresses: [],
        callsLimit: null,
        ...account,
      },
    }),
  )
  const plan = { label: 'far', trunkId: trunk.id, skillIds: [office.skillId], recording: false }
  await read(desk.api.numbers.$post({ json: { number, ...plan } }))
})
afterAll(async () => {
  await wanderer[Symbol.asyncDispose]()
  await office[Symbol.asyncDispose]()
})

test('the right password lets a call in, from an address nobody listed', async () => {
  const caller = '+420777000501'
  await wanderer.calls('phone-calls-obeys', { ...account, caller, called: number })
  await waitUntil('it waits in the queue', async () => {
    const calls = await read(office.desk.api.calls.$get())
    return calls.some(({ state, number: party }) => state === 'queued' && party === caller)
  })
  await wanderer.tell('HANGUP')
  await wanderer.done()

  expect(await onlyTaskOf(office, caller, 'open')).toMatchObject({ missed: true })
  await office.quiet()
})

test('a wrong password does not, and no call comes of it', async () => {
  await wanderer.reset()
  const caller = '+420777000502'
  const keys = { ...account, password: 'guessed', caller, called: number }
  await wanderer.calls('phone-calls-is-refused', keys, { expect: 407 })
  await wanderer.done()

  expect(await read(office.desk.api.calls.$get())).toEqual([])
  expect(office.appliance.log()).toContain('a carrier gave a wrong password')
})
