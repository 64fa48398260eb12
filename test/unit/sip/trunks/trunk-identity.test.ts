import { expect, test } from 'vitest'
import type { Trunk } from '#sip/trunks/trunk.ts'
import { identityHeaders } from '#sip/trunks/trunk-identity.ts'

const line = {
  host: 'sip.acme.example',
  port: null,
  transport: 'udp',
  outboundProxy: null,
  fromDomain: null,
  callerId: null,
  username: 'acme1',
  numberFormat: 'plus',
  identity: 'from',
  fromUser: 'number',
} as const satisfies Partial<Trunk>
const number = '+420221000111'
const shown = `<sip:${number}@sip.acme.example>`

test.each([
  ['from alone', line, {}, { From: shown }],
  ['asserted', { ...line, identity: 'asserted' }, {}, { From: shown, 'P-Asserted-Identity': shown }],
  ['preferred', { ...line, identity: 'preferred' }, {}, { From: shown, 'P-Preferred-Identity': shown }],
  [
    'Remote-Party-ID',
    { ...line, identity: 'remote-party' },
    {},
    { From: shown, 'Remote-Party-ID': `${shown};party=calling;privacy=off;screen=no` },
  ],
  [
    'the account in From, the number asserted in the carrier’s spelling',
    { ...line, identity: 'asserted', fromUser: 'account', numberFormat: 'zeros' },
    {},
    {
      From: '<sip:acme1@sip.acme.example>',
      'P-Asserted-Identity': '<sip:00420221000111@sip.acme.example>',
    },
  ],
  [
    'withheld: From names nobody, the carrier still learns the number (RFC 3323, RFC 3325)',
    { ...line, identity: 'asserted' },
    { withheld: true },
    {
      From: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      'P-Asserted-Identity': shown,
      Privacy: 'id',
    },
  ],
  [
    'withheld at a carrier that asked for no header',
    line,
    { withheld: true },
    {
      From: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      'P-Preferred-Identity': shown,
      Privacy: 'id',
    },
  ],
  ['a name is quoted', line, { displayName: 'Acme "HQ"' }, { From: `"Acme \\"HQ\\"" ${shown}` }],
] as const)('%s', (_, trunk, more, headers) => {
  expect(identityHeaders({ number, ...more }, trunk)).toEqual(headers)
})

test('a call that names no number shows the trunk’s, else its account', () => {
  expect(identityHeaders({ number: '' }, { ...line, callerId: '+420221000999' }).From).toBe(
    '<sip:+420221000999@sip.acme.example>',
  )
  expect(identityHeaders({ number: '' }, line).From).toBe('<sip:acme1@sip.acme.example>')
})
