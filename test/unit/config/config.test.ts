import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, settingNames } from '#config/config.ts'
import { tempFolder } from '#test/temp-folder.ts'

test('a fresh machine needs no setting', () => {
  expect(readConfig({})).toEqual({
    dataFolder: './data',
    logLevel: 'info',
    http: { address: '0.0.0.0', port: 8080, publicUrl: undefined },
    sip: {
      server: { kind: 'embedded' },
      address: '0.0.0.0',
      addresses: ['0.0.0.0'],
      port: 5060,
      transports: ['udp', 'tcp'],
      tls: { port: 5061, files: undefined, caFile: undefined },
      advertisedAddress: undefined,
    },
    media: {
      engine: { kind: 'embedded' },
      address: '0.0.0.0',
      ports: { first: 20_000, last: 29_999 },
      advertisedAddress: undefined,
      holdMusic: undefined,
    },
    browserPhone: { on: true, port: 30_000 },
    testCarrier: { on: true, port: 5070 },
  })
})

test('a Config cannot be changed, also not deep inside', () => {
  const config = readConfig({})

  expect(Object.isFrozen(config) && Object.isFrozen(config.media.ports)).toBe(true)
})

test('the environment wins over the file, and an empty variable counts as not set', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'config.json')
  writeFileSync(file, JSON.stringify({ HTTP_PORT: 1000, SIP_PORT: 2000, LOG_LEVEL: 'warn' }))

  const config = readConfig({ CORDBOARD_CONFIG: file, HTTP_PORT: '3000', SIP_PORT: '' })

  expect([config.http.port, config.sip.port, config.logLevel]).toEqual([3000, 2000, 'warn'])
})

test('FreeSWITCH machines are read with port and secret, which may stand in either place', () => {
  const config = readConfig({
    MEDIA_ENGINE: 'freeswitch://:a@10.0.0.5, freeswitch://fs.example.com:8022?secret=b',
  })

  expect(config.media.engine).toEqual({
    kind: 'freeswitch',
    machines: [
      { host: '10.0.0.5', port: 8021, secret: 'a' },
      { host: 'fs.example.com', port: 8022, secret: 'b' },
    ],
  })
})

test('drachtio servers are read with port and secret', () => {
  const config = readConfig({ SIP_SERVER: 'drachtio://:p%40ss@10.0.0.5, drachtio://:b@sip.example.com:9023' })

  expect(config.sip.server).toEqual({
    kind: 'drachtio',
    servers: [
      { host: '10.0.0.5', port: 9022, secret: 'p@ss' },
      { host: 'sip.example.com', port: 9023, secret: 'b' },
    ],
  })
})

test.each([
  ['HTTP_PORT', '80a'],
  ['HTTP_PORT', '65536'],
  ['HTTP_PORT', '-1'],
  ['HTTP_ADDRESS', 'localhost'],
  ['SIP_ADDRESS', '999.1.1.1'],
  ['SIP_TRANSPORTS', 'udp,sctp'],
  ['SIP_TRANSPORTS', 'udp,udp'],
  ['SIP_TRANSPORTS', ','],
  ['SIP_ADVERTISED_ADDRESS', 'http://a.example'],
  ['SIP_ADVERTISED_ADDRESS', 'a..b'],
  ['RTP_PORTS', '20000'],
  ['RTP_PORTS', '30001-30010'],
  ['RTP_PORTS', '29998-20001'],
  ['RTP_PORTS', '80-99'],
  ['RTP_PORTS', '60000-70001'],
  ['PUBLIC_URL', 'desk.example.com'],
  ['PUBLIC_URL', 'ftp://desk.example.com'],
  ['PUBLIC_URL', 'https://desk.example.com/path'],
  ['TEST_CARRIER', 'yes'],
  ['LOG_LEVEL', 'loud'],
  ['MEDIA_ENGINE', 'freeswitch'],
  ['MEDIA_ENGINE', 'freeswitch://host:8021'],
  ['MEDIA_ENGINE', 'freeswitch://:a@host, drachtio://:b@host'],
  ['SIP_SERVER', 'drachtio://host'],
  ['SIP_SERVER', 'drachtio://:a@host:port'],
  ['SIP_SERVER', 'drachtio://:a@'],
  ['SIP_SERVER', 'drachtio://:%zz@host'],
  ['SIP_SERVER', 'kamailio'],
])('%s=%s is refused by name, with what it must be', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(
    expect.objectContaining({
      code: 'config.invalid',
      message: expect.stringMatching(`^${name} must be .+\\.$`),
    }),
  )
})

test('all wrong settings are named at once, and no value is repeated', () => {
  const wrong = { HTTP_PORT: 'x', SIP_SERVER: 'drachtio://:hunter2@' }

  expect(() => readConfig(wrong)).toThrow(/HTTP_PORT must be .*; SIP_SERVER must be/)
  expect(() => readConfig(wrong)).not.toThrow(/hunter2/)
})

test.each([
  ['is not there', undefined, 'ENOENT'],
  ['is not JSON', '{ "HTTP_PORT": hunter2 }', 'it is not JSON'],
  ['is no object', '[]', 'one JSON object'],
  ['holds an object in an object', '{"HTTP_PORT":{}}', 'one JSON object'],
  ['sets what no setting is named', '{"HTTP_PROT":1}', 'sets HTTP_PROT'],
])('a file that %s is refused with config.file', (_, text, said) => {
  using folder = tempFolder()
  const file = join(folder.path, 'config.json')
  if (text !== undefined) writeFileSync(file, text)

  expect(() => readConfig({ CORDBOARD_CONFIG: file })).toThrow(
    expect.objectContaining({ code: 'config.file', message: expect.stringContaining(said) }),
  )
  expect(() => readConfig({ CORDBOARD_CONFIG: file })).not.toThrow(/hunter2/)
})

test('docs/configuration.md has a row for each setting, with its default, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`|none) \|/gm)]
  const documented = Object.fromEntries(rows.map(([, name, value]) => [name, value]))

  expect(Object.keys(documented)).toEqual(settingNames)
  expect(readConfig(documented)).toEqual(readConfig({}))
  const others = { ...documented, HTTP_PORT: '1' }
  expect(readConfig(others)).not.toEqual(readConfig({}))
})
