// The servers and machines that carry calls, as the health page shows them.
import { afterEach, expect, test } from 'vitest'
import { partsAtWork } from '#admin/services/parts-at-work.ts'
import { type Box, openBox } from './box.ts'

let box: Box | undefined
afterEach(() => box?.[Symbol.dispose]())

test('an admin sees each server by name and that one is down', async () => {
  box = openBox()
  const admin = await box.person(box.company('acme'), 'admin')
  const response = await admin.ask('/api/health')

  expect(await response.json()).toMatchObject({
    parts: [{ kind: 'sip', name: 'drachtio.example:9022', up: false }],
    eventLoop: { p99Ms: expect.any(Number) },
  })
})

test('a server tells what it carries and where it listens, each machine of sound for itself', () => {
  const listening = [{ protocol: 'udp', address: '192.0.2.1', port: 5060 }]
  const machine = { name: 'sound.example:8021', up: false, legs: 0, room: 0, sentence: 'It is down: refused' }
  const parts = partsAtWork({
    sip: { servers: [{ name: 'embedded', up: true, load: 3, listening }] },
    media: {
      health: () => ({ ...machine, engine: 'freeswitch', machines: [machine] }),
    },
  })

  expect(parts).toEqual([
    {
      kind: 'sip',
      name: 'embedded',
      up: true,
      sentence: 'Carries 3 dialogs and requests. Listens on UDP 192.0.2.1:5060.',
    },
    { kind: 'sound', name: 'sound.example:8021', up: false, sentence: 'It is down: refused' },
  ])
})
