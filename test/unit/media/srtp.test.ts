import { expect, test } from 'vitest'
import { SrtpContext } from '#media/embedded/srtp.ts'
import { sessionKeys } from '#media/embedded/srtp-keys.ts'
import { Sent, SourceWindow } from '#media/embedded/srtp-window.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const master = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6')
const cm = () => SrtpContext.from('AES_CM_128_HMAC_SHA1_80', master)

function rtp(sequence: number, payload = 'ab'.repeat(160), ssrc = 'cafebabe'): Buffer {
  return hex(`8000${sequence.toString(16).padStart(4, '0')}decafbad${ssrc}${payload}`)
}

function protect(context: SrtpContext, packet: Buffer): Buffer {
  const to = Buffer.alloc(2048)
  return Buffer.from(to.subarray(0, context.protectRtp(packet, packet.length, 12, to)))
}

function unprotect(context: SrtpContext, packet: Buffer): Buffer | undefined {
  const copy = Buffer.from(packet)
  const length = context.unprotectRtp(copy, 12)
  return length === 0 ? undefined : copy.subarray(0, length)
}

test('session keys are those of RFC 3711 §B.3', () => {
  const keys = sessionKeys('AES_CM_128_HMAC_SHA1_80', master, 'rtp')

  expect(keys.key).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'))
  expect(keys.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'))
  expect(keys.auth.export()).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'))
})

test('an RTP packet is protected as the reference implementation does it', () => {
  const plain = hex('800f1234decafbadcafebabe abababababababababababababababab')
  const secured = hex('800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb')

  expect(protect(cm(), plain)).toEqual(secured)
  expect(unprotect(cm(), secured)).toEqual(plain)
})

test('an RTCP packet is protected as the reference implementation does it', () => {
  const plain = hex('81c8000bcafebabe abababababababababababababababab')
  const secured = hex('81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798')
  const to = Buffer.alloc(200)
  const context = cm()
  context.protectRtcp(plain, plain.length, Buffer.alloc(200))

  expect(to.subarray(0, context.protectRtcp(plain, plain.length, to))).toEqual(secured)
  const copy = Buffer.from(secured)
  expect(copy.subarray(0, cm().unprotectRtcp(copy))).toEqual(plain)
})

for (const [suite, masterBytes, extra] of [
  ['AES_CM_128_HMAC_SHA1_80', 30, 10],
  ['AES_CM_128_HMAC_SHA1_32', 30, 4],
  ['AEAD_AES_128_GCM', 28, 16],
] as const) {
  const key = Buffer.alloc(masterBytes, 7)

  test(`${suite}: what is sent is read once, and not when a bit is wrong or the key another`, () => {
    const [sender, receiver] = [SrtpContext.from(suite, key), SrtpContext.from(suite, key)]
    const secured = protect(sender, rtp(1))
    const forged = Buffer.from(secured)
    forged[20] = (forged[20] ?? 0) ^ 1
    const otherSource = Buffer.from(secured)
    otherSource[11] = (otherSource[11] ?? 0) ^ 1

    expect(secured).toHaveLength(rtp(1).length + extra)
    expect(secured.subarray(12, 172).equals(rtp(1).subarray(12))).toBe(false)
    expect(unprotect(receiver, forged)).toBeUndefined()
    expect(unprotect(receiver, otherSource)).toBeUndefined()
    expect(unprotect(receiver, secured)).toEqual(rtp(1))
    expect(unprotect(receiver, secured)).toBeUndefined()
    expect(unprotect(SrtpContext.from(suite, Buffer.alloc(masterBytes, 8)), secured)).toBeUndefined()
  })

  test(`${suite}: reports too, each once`, () => {
    const [sender, receiver] = [SrtpContext.from(suite, key), SrtpContext.from(suite, key)]
    const plain = hex('80c90001cafebabe81ca0002cafebabe0101610000000000')
    const to = Buffer.alloc(200)
    const secured = Buffer.from(to.subarray(0, sender.protectRtcp(plain, plain.length, to)))
    const copy = Buffer.from(secured)

    expect(copy.subarray(0, receiver.unprotectRtcp(copy))).toEqual(plain)
    expect(receiver.unprotectRtcp(Buffer.from(secured))).toBe(0)
    expect(secured.subarray(8).includes(plain.subarray(8))).toBe(false)
  })

  test(`${suite}: sequence numbers roll over, also with loss and disorder around it`, () => {
    const [sender, receiver] = [SrtpContext.from(suite, key), SrtpContext.from(suite, key)]
    const order = [65_533, 65_534, 0, 65_535, 2, 1]
    for (const sequence of [60_000, ...order]) {
      expect(unprotect(receiver, protect(sender, rtp(sequence)))).toEqual(rtp(sequence))
    }
    for (let at = 100; at < 4 * 65_536; at += 20_000) {
      const sequence = at & 0xffff
      expect(unprotect(receiver, protect(sender, rtp(sequence)))).toEqual(rtp(sequence))
    }
  })

  test(`${suite}: the master key identifier stands where RFC 3711 §3.1 puts it`, () => {
    const mki = Buffer.from([0, 0, 0, 9])
    const [sender, receiver] = [SrtpContext.from(suite, key, mki), SrtpContext.from(suite, key, mki)]
    const secured = protect(sender, rtp(1))

    expect(secured.includes(mki)).toBe(true)
    expect(unprotect(receiver, secured)).toEqual(rtp(1))
    expect(unprotect(SrtpContext.from(suite, key), secured)).toBeUndefined()
  })
}

const gcmKeys = () => {
  const key = hex('000102030405060708090a0b0c0d0e0f')
  const keys = { key, salt: hex('517569642070726f2071756f') }
  const own = sessionKeys('AEAD_AES_128_GCM', Buffer.alloc(28), 'rtp')
  return { rtp: { ...own, ...keys }, rtcp: { ...own, ...keys } }
}

test('AES-GCM protects RTP as RFC 7714 §16.1 does', () => {
  const plain = hex(
    `8040f17b8041f8d35501a0b2${Buffer.from('Gallia est omnis divisa in partes tres').toString('hex')}`,
  )
  const secured =
    hex(`8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bca be633bd50d294e6f42a5f47a51c7d19b
    36de3adf8833 899d7f27beb16a9152cf765ee4390cce`)
  const context = () => new SrtpContext('AEAD_AES_128_GCM', gcmKeys(), new Uint8Array(0))

  expect(protect(context(), plain)).toEqual(secured)
  expect(unprotect(context(), secured)).toEqual(plain)
})

test('AES-GCM opens RTCP of RFC 7714 §17.1, and writes it at that index', () => {
  const plain = hex(`81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61
    deadbeefdeadbeefdeadbeefdeadbeefdeadbeef`)
  const secured =
    hex(`81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46
    86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4`)
  const context = new SrtpContext('AEAD_AES_128_GCM', gcmKeys(), new Uint8Array(0))
  const to = Buffer.alloc(200)
  for (let index = 0; index < 0x5d4; index += 1) context.protectRtcp(plain, plain.length, to)
  const length = context.protectRtcp(plain, plain.length, to)

  expect(to.subarray(0, length)).toEqual(secured)
  const copy = Buffer.from(secured)
  expect(copy.subarray(0, context.unprotectRtcp(copy))).toEqual(plain)
})

test('a key that follows another is read with the counter going on, and with one that starts anew', () => {
  const [oldKey, newKey] = [Buffer.alloc(30, 1), Buffer.alloc(30, 2)]
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  for (const goesOn of [true, false]) {
    const [sender, receiver] = [SrtpContext.from(suite, oldKey), SrtpContext.from(suite, oldKey)]
    for (const sequence of [40_000, 65_000, 10]) unprotect(receiver, protect(sender, rtp(sequence)))
    const [next, follower] = [SrtpContext.from(suite, newKey), SrtpContext.from(suite, newKey)]
    if (goesOn) for (const sequence of [40_000, 65_000, 10]) protect(next, rtp(sequence))
    follower.follow(receiver)

    expect(unprotect(follower, protect(next, rtp(11)))).toEqual(rtp(11))
  }
})

test('a window knows 64 packets back, and a forger does not move it', () => {
  const window = new SourceWindow()
  window.add(1000)
  expect([window.has(1000), window.has(999), window.has(936), window.has(1001)]).toEqual([
    true,
    false,
    true,
    false,
  ])
  for (const [index, back] of [
    [1031, 31],
    [1063, 63],
  ] as const) {
    const later = new SourceWindow()
    later.add(1000)
    later.add(index)
    expect([later.has(index - back), later.has(index - 1)]).toEqual([true, false])
  }
  for (let index = 1002; index < 1200; index += 2) {
    window.add(index)
    expect([window.has(index), window.has(index - 1), window.has(index - 2)]).toEqual([true, false, true])
  }
})

test('the index near a rollover is guessed on both sides of it', () => {
  const window = new SourceWindow()
  window.add(65_530)
  expect(window.guess(3)).toBe(65_539)
  window.add(65_539)
  expect(window.guess(65_535)).toBe(65_535)
  expect(window.guess(4)).toBe(65_540)
})

test('what is sent late after a rollover keeps the counter of its round', () => {
  const sent = new Sent()

  expect([65_534, 0, 65_535, 1].map((sequence) => sent.rollOf(sequence))).toEqual([0, 1, 0, 1])
})
