import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCSeq } from '#sip/embedded/cseq.ts'
import {
  allValues,
  appendHeader,
  canonicalName,
  findHeader,
  prependHeader,
  removeHeader,
  replaceHeader,
  splitValues,
} from '#sip/embedded/header.ts'
import { newBranch, newCallId, newTag } from '#sip/embedded/identifiers.ts'
import { MalformedMessage } from '#sip/embedded/malformed.ts'
import { formatNameAddr, parseNameAddr, tagOf, withTag } from '#sip/embedded/name-addr.ts'
import { branchOf, formatVia, parseVia, topVia, withTopVia } from '#sip/embedded/via.ts'
import { request } from './sip-text.ts'

describe('headers of a message', () => {
  const routed = request({ extra: ['Route: <sip:a;lr>, <sip:b;lr>', 'User-Agent: x', 'Route: <sip:c;lr>'] })

  test('are found under their short and long name in any case', () => {
    expect(findHeader(routed, 'i')).toBe('call-1@192.0.2.1')
    expect(findHeader(routed, 'CALL-ID')).toBe('call-1@192.0.2.1')
    expect(findHeader(routed, 'Contact')).toBeUndefined()
    expect(canonicalName('wWw-aUtHeNtIcAtE')).toBe('WWW-Authenticate')
    expect(canonicalName('X-Odd')).toBe('X-Odd')
  })

  test('that are lists come value by value, over all lines in order', () => {
    expect(allValues(routed, 'route')).toEqual(['<sip:a;lr>', '<sip:b;lr>', '<sip:c;lr>'])
  })

  test('a comma in quotes or brackets splits nothing', () => {
    expect(splitValues('"Bob, the \\"b\\"" <sip:b@x;a=1,2>;q=1, <sip:c@x>,,')).toEqual([
      '"Bob, the \\"b\\"" <sip:b@x;a=1,2>;q=1',
      '<sip:c@x>',
    ])
  })

  test('are replaced where the first stood, with as many values as given', () => {
    const names = replaceHeader(routed, 'Route', '<sip:z;lr>').headers.map((header) => header.name)

    expect(names.slice(-3)).toEqual(['Route', 'User-Agent', 'Content-Length'])
    expect(allValues(replaceHeader(routed, 'Route'), 'Route')).toEqual([])
    expect(findHeader(replaceHeader(routed, 'Expires', '60'), 'Expires')).toBe('60')
  })

  test('are added on top, at the end, and removed', () => {
    expect(prependHeader(routed, 'v', 'x').headers[0]).toEqual({ name: 'Via', value: 'x' })
    expect(appendHeader(routed, 'Reason', 'x').headers.at(-1)).toEqual({ name: 'Reason', value: 'x' })
    expect(findHeader(removeHeader(routed, 'route'), 'Route')).toBeUndefined()
  })
})

describe('an address header', () => {
  test.each([
    ['<sip:a@b>', { uri: 'sip:a@b', params: [] }],
    ['sip:a@b;tag=1', { uri: 'sip:a@b', params: [{ name: 'tag', value: '1' }] }],
    [
      'Bob Smith <sip:a@b;lr>;tag=1',
      { display: 'Bob Smith', uri: 'sip:a@b;lr', params: [{ name: 'tag', value: '1' }] },
    ],
    ['"<x> \\"y\\"" <sip:a@b>', { display: '<x> "y"', uri: 'sip:a@b', params: [] }],
    ['"" <sip:a@b>', { display: '', uri: 'sip:a@b', params: [] }],
    ['*', { uri: '*', params: [] }],
  ])('%s is read', (text, expected) => {
    expect(parseNameAddr(text)).toEqual(expected)
  })

  test.each(['', '<>', '<sip:a@b', '"x <sip:a@b>', '<sip:a@b> x', 'Bob sip:a@b', 'sip:a@b>'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseNameAddr(text)).toThrow(MalformedMessage)
    },
  )

  test('a display name of any kind survives writing and reading', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~ěšč☎]{1,30}$/u), (display) => {
        expect(parseNameAddr(formatNameAddr({ display, uri: 'sip:a@b', params: [] })).display).toBe(display)
      }),
    )
  })

  test('the tag is the header parameter, not one inside the URI or the name', () => {
    expect(tagOf('"tag=1" <sip:a@b;tag=2>;Tag=3')).toBe('3')
    expect(tagOf('sip:a@b;tag=4')).toBe('4')
    expect(tagOf('<sip:tag@b;tag=2>')).toBeUndefined()
    expect(withTag('<sip:a@b>', 'n')).toBe('<sip:a@b>;tag=n')
    expect(withTag('<sip:a@b>;tag=o', 'n')).toBe('<sip:a@b>;tag=o')
  })
})

describe('Via', () => {
  test('is read with odd blanks, written straight', () => {
    const via = parseVia('SIP / 2.0 / udp  [2001:db8::9]:5061 ;branch=z9hG4bK1;rport')

    expect(via).toMatchObject({ transport: 'UDP', host: '2001:db8::9', port: 5061 })
    expect(branchOf(via)).toBe('z9hG4bK1')
    expect(formatVia(via)).toBe('SIP/2.0/UDP [2001:db8::9]:5061;branch=z9hG4bK1;rport')
  })

  test('changing the top one leaves the others of its line behind it', () => {
    const { headers } = request({ via: 'SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b;branch=2' })

    const changed = withTopVia(headers, { ...topVia(headers), host: 'c' })

    expect(allValues(changed, 'Via')).toEqual(['SIP/2.0/UDP c;branch=1', 'SIP/2.0/TCP b;branch=2'])
  })

  test.each(['', 'SIP/2.0', 'SIP/2.0/UDP', 'SIP/2.0/UDP ;x', 'SIP/3.0/UDP a', 'SIP/2.0/UDP a:b', 'x/y/z w'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseVia(text)).toThrow(MalformedMessage)
    },
  )
})

test.each(['', '1', 'INVITE', '-1 INVITE', '2147483648 INVITE', '1 INVITE x', '1x INVITE'])(
  'CSeq "%s" is refused',
  (text) => {
    expect(() => parseCSeq(text)).toThrow(MalformedMessage)
  },
)

test('ten thousand branches, tags and Call-IDs are all different', () => {
  const made = Array.from({ length: 10_000 }, () => [newBranch(), newTag(), newCallId()]).flat()

  expect(new Set(made).size).toBe(30_000)
})
