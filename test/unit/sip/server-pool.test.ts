import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { type PoolServer, serverPool } from '#sip/server-pool.ts'
import { fakeRequest } from './fake-request.ts'
import { fakeServer } from './fake-server.ts'

/** Servers that are up, with these loads. */
function pool(...loads: number[]) {
  const fakes = loads.map(() => fakeServer())
  const servers = fakes.map((fake, index): PoolServer => Object.assign(fake, { load: loads[index] ?? 0 }))
  const sent = () => fakes.map((fake) => fake.sent.length)
  return { fakes, sent, pool: serverPool(servers, silentLog) }
}

const invite = { method: 'INVITE', uri: 'sip:alice@192.0.2.10:5062' }

test('a new request goes through the server with least to do', () => {
  const { pool: servers, sent } = pool(5, 2, 9)
  servers.send(invite)
  servers.send(invite)

  expect(sent()).toEqual([0, 2, 0])
})

test('servers with the same load take turns', () => {
  const { pool: servers, sent } = pool(0, 0)
  for (let i = 0; i < 4; i += 1) servers.send({ method: 'OPTIONS', uri: 'sip:acme.example' })

  expect(sent()).toEqual([2, 2])
})

test('a server that is down is not used; when all are, the request fails as at one that is', () => {
  const { pool: servers, fakes, sent } = pool(0, 9)
  fakes[0]?.setUp(false)
  servers.send(invite)
  expect([servers.up, sent()]).toEqual([true, [0, 1]])
  fakes[1]?.setUp(false)

  expect(servers.up).toBe(false)
  servers.send(invite)
  expect(sent().reduce((sum, count) => sum + count)).toBe(2)
})

test('a phone is called through the server it registered at, as long as that one is up', () => {
  const { pool: servers, fakes, sent } = pool(9, 0)
  servers.onRequest = () => {}
  const source = { protocol: 'udp', address: '192.0.2.10', port: 5062 }
  fakes[0]?.onRequest?.(fakeRequest({ method: 'REGISTER', source }))
  servers.send(invite)
  expect(sent()).toEqual([1, 0])
  servers.send({ ...invite, uri: 'sip:bob@192.0.2.99' })
  expect(sent()).toEqual([1, 1])
  fakes[0]?.setUp(false)
  servers.send(invite)

  expect(sent()).toEqual([1, 2])
})

test('a trunk that registers keeps the server it registered through', () => {
  const { pool: servers, sent } = pool(1, 0)
  servers.send({ method: 'REGISTER', uri: 'sip:acme.example' })
  for (let i = 0; i < 3; i += 1) servers.send({ method: 'INVITE', uri: 'sip:+420123456789@acme.example' })
  servers.send({ method: 'INVITE', uri: 'sip:bob@other.example', proxy: 'sip:acme.example;lr' })

  expect(sent()).toEqual([0, 5])
})
