// A name server on loopback that knows what the test tells it, and nothing else (RFC 1035, RFC 2782, RFC 3403).
import { createSocket } from 'node:dgram'

export type DnsRecord =
  | { readonly type: 'A'; readonly address: string; readonly ttl?: number }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly name: string
    }
  | {
      readonly type: 'NAPTR'
      readonly order: number
      readonly preference: number
      readonly service: string
      readonly replacement: string
    }

export interface DnsServer extends AsyncDisposable {
  /** As Resolver.setServers takes it. */
  readonly address: string
  /** `SRV _sip._udp.acme.test`, in the order asked. */
  readonly asked: string[]
  /** While set, nobody answers. */
  silent: boolean
  set(name: string, ...records: readonly DnsRecord[]): void
}

const types = new Map([
  ['A', 1],
  ['AAAA', 28],
  ['SRV', 33],
  ['NAPTR', 35],
])

export async function dnsServer(): Promise<DnsServer> {
  const records = new Map<string, readonly DnsRecord[]>()
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const server: DnsServer = {
    address: `127.0.0.1:${socket.address().port}`,
    asked: [],
    silent: false,
    set: (name, ...known) => void records.set(name, known),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
  socket.on('message', (query, from) => {
    const { name, end } = readName(query, 12)
    const type = query.readUInt16BE(end)
    const word = [...types].find(([, number]) => number === type)?.[0] ?? String(type)
    server.asked.push(`${word} ${name}`)
    if (server.silent) return
    const known = records.get(name)
    const answers = (known ?? [])
      .filter((record) => record.type === word)
      .map((record) => answer(name, record))
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(known ? 0x8580 : 0x8583, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(answers.length, 6)
    socket.send(Buffer.concat([head, query.subarray(12, end + 4), ...answers]), from.port, from.address)
  })
  return server
}

function answer(name: string, record: DnsRecord): Buffer {
  const data = dataOf(record)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(types.get(record.type) ?? 0, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(record.type === 'A' ? (record.ttl ?? 60) : 60, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([writeName(name), fixed, data])
}

function dataOf(record: DnsRecord): Buffer {
  if (record.type === 'A') return Buffer.from(record.address.split('.').map(Number))
  if (record.type === 'SRV')
    return Buffer.concat([shorts(record.priority, record.weight, record.port), writeName(record.name)])
  return Buffer.concat([
    shorts(record.order, record.preference),
    text('s'),
    text(record.service),
    text(''),
    writeName(record.replacement),
  ])
}

function shorts(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]))
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
}

function writeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.')
  return Buffer.concat([...labels.map(text), Buffer.from([0])])
}

function readName(bytes: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = []
  let at = from
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += length + 1
  }
  return { name: labels.join('.'), end: at + 1 }
}
