import { isIPv4, isIPv6 } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { namedAddress } from '#media/named-address.ts'
import { openMedia } from '#media/open-media.ts'

test('SDP names the address sockets listen on, or the advertised one', async () => {
  expect(await namedAddress('192.0.2.1', undefined)).toBe('192.0.2.1')
  expect(await namedAddress('192.0.2.1', '203.0.113.5')).toBe('203.0.113.5')
  expect(await namedAddress('127.0.0.1', 'localhost')).toBe('127.0.0.1')
})

test('listening on all addresses, SDP names one that far ends can use', async () => {
  const four = await namedAddress('0.0.0.0', undefined)
  const six = await namedAddress('::', undefined)

  expect(isIPv4(four) && four !== '0.0.0.0').toBe(true)
  expect(isIPv6(six) && six !== '::' && !six.startsWith('fe80')).toBe(true)
})

test.each([
  ['192.0.2.1', '2001:db8::1'],
  ['192.0.2.1', '0.0.0.0'],
  ['::1', '192.0.2.1'],
  ['192.0.2.1', 'no such name'],
])('an advertised address that cannot be is a clear fault: %s as %s', async (listen, advertised) => {
  await expect(namedAddress(listen, advertised)).rejects.toMatchObject({
    code: 'media.config',
    blame: 'setup',
  })
})

test.each([
  ['no address', { rtpAddress: 'somewhere', rtpPorts: [20_000, 21_000] }],
  ['one port', { rtpAddress: '127.0.0.1', rtpPorts: [20_000, 20_001] }],
  ['a range turned round', { rtpAddress: '127.0.0.1', rtpPorts: [21_000, 20_000] }],
  ['ports of the system', { rtpAddress: '127.0.0.1', rtpPorts: [100, 200] }],
  ['ports beyond the last', { rtpAddress: '127.0.0.1', rtpPorts: [65_000, 70_000] }],
] as const)('a setting that cannot work is a clear fault: %s', async (_what, config) => {
  const opened = openMedia({ config: { engine: 'embedded', ...config }, clock: systemClock, log: silentLog })

  await expect(opened).rejects.toMatchObject({ code: 'media.config', blame: 'setup' })
})

test('hold music that is not there is a clear fault', async () => {
  const config = { engine: 'embedded', rtpAddress: '127.0.0.1', rtpPorts: [20_000, 21_000] } as const
  const opened = openMedia({
    config: { ...config, musicPath: '/nowhere/music.wav' },
    clock: systemClock,
    log: silentLog,
  })

  await expect(opened).rejects.toMatchObject({ code: 'media.sound' })
})
