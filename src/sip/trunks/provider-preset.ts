// What well-known providers tell their customers to set: public facts, so that a new trunk begins with them (K1). An admin
// still types in what is the customer's own. Pure data; a wrong line here costs a look into the provider's manual.
import type { NumberFormat, TrunkIdentity, TrunkKind, TrunkTransport } from './trunk.ts'

export interface ProviderPreset {
  readonly id: string
  readonly name: string
  /** Where its customers are: ISO 3166-1 alpha-2; empty: anywhere. */
  readonly countries: readonly string[]
  readonly kind: TrunkKind
  /** A placeholder in angle brackets is the customer's to fill in. */
  readonly server: string
  readonly transport: TrunkTransport
  readonly outboundProxy?: string | undefined
  readonly numberFormat: NumberFormat
  readonly identity: TrunkIdentity
  readonly fromUser: 'number' | 'account'
  /** Addresses its calls come from, where the provider publishes a short list. */
  readonly addresses?: readonly string[] | undefined
  /** What a customer has to know or do there. */
  readonly hint: string
}

const byNumber = { identity: 'from', fromUser: 'number' } as const
const registers = { kind: 'registration', transport: 'udp' } as const
const knowsAddress = { kind: 'ip', transport: 'udp' } as const

/** Europe first, then the others, each by name. From the providers' own pages and public set-ups; their manuals have the last word. */
export const providerPresets: readonly ProviderPreset[] = [
  {
    id: 'easybell',
    name: 'easybell',
    countries: ['DE'],
    ...registers,
    server: 'sip.easybell.de',
    numberFormat: 'zeros',
    identity: 'preferred',
    fromUser: 'account',
    hint: 'Switch CLIP no screening on in the customer portal to show any of your numbers.',
  },
  {
    id: 'odorik',
    name: 'Odorik',
    countries: ['CZ', 'SK'],
    ...registers,
    server: 'sip.odorik.cz',
    numberFormat: 'zeros',
    ...byNumber,
    hint: 'The user name is the number of the line; ask for a trunk line to show several numbers.',
  },
  {
    id: 'ovh',
    name: 'OVHcloud',
    countries: ['FR', 'BE'],
    ...registers,
    server: 'siptrunk.ovh.net',
    numberFormat: 'zeros',
    ...byNumber,
    hint: 'The user name is the number of the trunk, as 0033….',
  },
  {
    id: 'peoplefone',
    name: 'peoplefone',
    countries: ['CH'],
    ...registers,
    server: 'sips.peoplefone.ch',
    numberFormat: 'zeros',
    ...byNumber,
    hint: 'In other countries the server ends with that country; the portal shows it with the password.',
  },
  {
    id: 'sipgate',
    name: 'sipgate trunking',
    countries: ['DE'],
    ...registers,
    server: 'sipconnect.sipgate.de',
    numberFormat: 'digits',
    identity: 'preferred',
    fromUser: 'account',
    hint: 'The user name is the SIP-ID of the trunk, like 1234567t0.',
  },
  {
    id: 'telekom-companyflex',
    name: 'Telekom CompanyFlex',
    countries: ['DE'],
    kind: 'registration',
    transport: 'tcp',
    server: 'tel.t-online.de',
    outboundProxy: '<id>.primary.companyflex.de',
    numberFormat: 'plus',
    identity: 'preferred',
    fromUser: 'number',
    hint: 'The user name is the registration number, like +49199296…; your proxy begins with the number in the portal.',
  },
  {
    id: 'voipfone',
    name: 'Voipfone',
    countries: ['GB'],
    ...registers,
    server: 'sip.voipfone.net',
    numberFormat: 'zeros',
    ...byNumber,
    hint: 'The user name is the account number, as 30….',
  },
  {
    id: 'callcentric',
    name: 'Callcentric',
    countries: ['US', 'CA'],
    ...registers,
    server: 'sip.callcentric.net',
    numberFormat: 'digits',
    identity: 'from',
    fromUser: 'account',
    hint: 'The user name is your 1777 number; the number shown is set in the customer portal.',
  },
  {
    id: 'flowroute',
    name: 'Flowroute',
    countries: ['US', 'CA'],
    ...registers,
    server: 'us-east-va.sip.flowroute.com',
    numberFormat: 'digits',
    ...byNumber,
    hint: 'Choose the place nearest to you in its portal, under Interconnection, Registration.',
  },
  {
    id: 'plivo',
    name: 'Plivo Zentrunk',
    countries: [],
    ...knowsAddress,
    server: '<trunk>.zt.plivo.com',
    numberFormat: 'plus',
    ...byNumber,
    hint: 'The trunk’s termination domain stands in the console; list this machine’s address or set credentials there.',
  },
  {
    id: 'telnyx',
    name: 'Telnyx',
    countries: [],
    ...registers,
    server: 'sip.telnyx.com',
    numberFormat: 'plus',
    ...byNumber,
    hint: 'A connection with credentials. In Europe take sip.telnyx.eu.',
  },
  {
    id: 'twilio',
    name: 'Twilio Elastic SIP Trunking',
    countries: [],
    ...knowsAddress,
    server: '<trunk>.pstn.twilio.com',
    numberFormat: 'plus',
    ...byNumber,
    addresses: [
      '54.172.60.0/30',
      '54.244.51.0/30',
      '54.171.127.192/30',
      '35.156.191.128/30',
      '54.65.63.192/30',
      '54.169.127.128/30',
      '54.252.254.64/30',
      '177.71.206.192/30',
    ],
    hint: 'Twilio does not register: set its origination URI to this machine, and allow this address or credentials for termination.',
  },
  {
    id: 'voip-ms',
    name: 'VoIP.ms',
    countries: ['US', 'CA'],
    ...registers,
    server: '<city>.voip.ms',
    numberFormat: 'digits',
    ...byNumber,
    hint: 'Take the server your number is on, like newyork1.voip.ms.',
  },
  {
    id: 'vonage',
    name: 'Vonage (Nexmo)',
    countries: [],
    ...knowsAddress,
    server: 'sip.nexmo.com',
    numberFormat: 'digits',
    ...byNumber,
    hint: 'The user name is the API key and the password the API secret; calls in go to the address set for the number.',
  },
  {
    id: 'zadarma',
    name: 'Zadarma',
    countries: [],
    ...registers,
    server: 'sip.zadarma.com',
    numberFormat: 'digits',
    ...byNumber,
    hint: 'The user name is the SIP number of the portal; allow the number you want to show there.',
  },
]
