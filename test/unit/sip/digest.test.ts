import { expect, test } from 'vitest'
import {
  answerChallenge,
  ha1Of,
  isRightResponse,
  readChallenges,
  readCredentials,
  responseOf,
  writeChallenge,
} from '#sip/digest.ts'

const rfc7616 = {
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  uri: '/dir/index.html',
  qop: 'auth',
  nc: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
} as const

test.each([
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
] as const)('the example of RFC 7616 §3.9.1 comes out with %s', (algorithm, response) => {
  const ha1 = ha1Of(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life')

  expect(responseOf(ha1, { ...rfc7616, algorithm }, 'GET')).toBe(response)
})

test('the example of RFC 2617 §3.5 comes out', () => {
  const ha1 = ha1Of('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life')
  const given = {
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    uri: '/dir/index.html',
    algorithm: 'MD5',
    qop: 'auth',
    nc: 1,
    cnonce: '0a4f113b',
  } as const

  expect(responseOf(ha1, given, 'GET')).toBe('6629fae49393a05397450978507c4ef1')
})

test('commas and quotes inside a realm belong to it', () => {
  const [challenge] = readChallenges(
    'Digest realm="Acme, \\"Inc\\"", nonce="a,b=c", qop="auth,auth-int", opaque="o"',
  )

  expect(challenge).toMatchObject({ realm: 'Acme, "Inc"', nonce: 'a,b=c', qopAuth: true, opaque: 'o' })
})

test('of several challenges the strongest we know comes first, others are left out', () => {
  const challenges = readChallenges(
    'Digest realm="r", nonce="1", algorithm=MD5, Digest realm="r",nonce="2",algorithm=SHA-512-256, ' +
      'Basic realm="r", DIGEST realm="r", nonce="3", algorithm=sha-256',
  )

  expect(challenges.map(({ nonce, algorithm }) => [nonce, algorithm])).toEqual([
    ['3', 'SHA-256'],
    ['1', 'MD5'],
  ])
})

test('an answer of ours is read and found right, with any other secret wrong', () => {
  for (const qop of ['', ', qop="auth"'])
    for (const algorithm of ['MD5', 'SHA-256'] as const) {
      const [challenge] = readChallenges(`Digest realm="r, s", nonce="n", algorithm=${algorithm}${qop}`)
      if (!challenge) throw new Error('no challenge')
      const value = answerChallenge(
        challenge,
        { method: 'REGISTER', uri: 'sip:acme.example' },
        { username: 'a"b', password: 'p', cnonce: 'c' },
      )
      const [given] = readCredentials(value)
      if (!given) throw new Error('no credentials')
      expect(given.username).toBe('a"b')
      expect(isRightResponse(ha1Of(algorithm, 'a"b', 'r, s', 'p'), given, 'REGISTER')).toBe(true)
      expect(isRightResponse(ha1Of(algorithm, 'a"b', 'r, s', 'q'), given, 'REGISTER')).toBe(false)
      expect(isRightResponse(ha1Of(algorithm, 'a"b', 'r, s', 'p'), given, 'INVITE')).toBe(false)
    }
})

test.each([
  ['nothing', ''],
  ['a scheme alone', 'Digest'],
  ['another scheme', 'Bearer abc'],
  ['no nonce', 'Digest realm="r"'],
  ['auth-int only', 'Digest realm="r", nonce="n", qop="auth-int"'],
  ['-sess', 'Digest realm="r", nonce="n", algorithm=MD5-sess'],
  ['an open quote', 'Digest realm="r, nonce="n'],
  ['megabytes', `Digest realm="${'r'.repeat(1_000_000)}", nonce="n"`],
])('hostile challenge, %s: none', (_what, value) => {
  expect(readChallenges(value)).toEqual([])
})

test.each([
  ['nc that is no number', 'nc=zz'],
  ['nc that is too long', 'nc=000000001'],
  ['no cnonce', 'nc=00000001'],
  ['another qop', 'qop=auth-int'],
])('hostile credentials, %s: none', (_what, more) => {
  const value = `Digest username="u", realm="r", nonce="n", uri="sip:a", response="0", ${more.startsWith('qop') ? more : `qop=auth, ${more}`}`

  expect(readCredentials(value)).toEqual([])
})

test('of doubled parameters the first counts', () => {
  const [given] = readCredentials(
    'Digest username="bob", realm="r", nonce="n", uri="sip:a", response="0", username="eve"',
  )

  expect(given?.username).toBe('bob')
})

test('a challenge of ours is read by our own reader', () => {
  const value = writeChallenge({ realm: 'cordboard', nonce: 'n.1', algorithm: 'SHA-256', stale: true })

  expect(readChallenges(value)).toEqual([
    { realm: 'cordboard', nonce: 'n.1', algorithm: 'SHA-256', stale: true, qopAuth: true, opaque: undefined },
  ])
})
