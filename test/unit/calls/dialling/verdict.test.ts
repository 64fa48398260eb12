import { expect, test } from 'vitest'
import { type CallerSettings, callerSettingsShape } from '#calls/dialling/caller-settings.ts'
import { callingRulesShape } from '#calls/dialling/calling-rules.ts'
import { type OutboundRule, outboundRuleInput } from '#calls/dialling/outbound-rule.ts'
import { readDialled } from '#calls/dialling/read-dialled.ts'
import type { Usage } from '#calls/dialling/usage.ts'
import { type Question, verdictOf } from '#calls/dialling/verdict.ts'

const unused: Usage = {
  callsAtOnce: 0,
  callsPerDay: 0,
  minutesPerDay: 0,
  abroadCallsPerHour: 0,
  abroadMinutesPerHour: 0,
}
const eva: CallerSettings = callerSettingsShape.parse({
  callerId: null,
  withheld: false,
  reach: 'outside',
  limits: {},
  location: '',
})

interface Given {
  readonly rules?: unknown
  readonly caller?: Partial<CallerSettings> | undefined
  readonly outbound?: readonly Partial<OutboundRule>[]
  readonly mine?: Partial<Usage>
  readonly company?: Partial<Usage>
  readonly open?: boolean
}

function ask(number: string, given: Given = {}) {
  const dialled = readDialled(number, { country: 'CZ', outsideLine: '' })
  if (dialled.kind === 'invalid') throw new Error(`${number} is no number`)
  const question: Question = {
    dialled,
    home: 'CZ',
    rules: callingRulesShape.parse(given.rules ?? {}),
    outbound: (given.outbound ?? []).map((rule, index) => ({
      ...outboundRuleInput.parse({ name: `rule ${index}`, act: 'call', ...rule }),
      id: `rule-${index}`,
    })),
    caller: 'caller' in given ? given.caller && { ...eva, ...given.caller } : eva,
    usage: { company: { ...unused, ...given.company }, person: { ...unused, ...given.mine } },
    open: given.open,
  }
  return verdictOf(question)
}

const cuba = '+5378612345'
const germany = '+4930123456'
const home = '222 333 444'
const premium = '906 123 456'

test.each<[string, string, Given]>([
  ['a number of the own country', home, {}],
  ['a country that was allowed', germany, { rules: { countries: ['DE'] } }],
  ['premium rates once they are allowed', premium, { rules: { premium: true } }],
  ['a forbidden country on the list of what is always allowed', cuba, { rules: { alwaysAllowed: ['+537'] } }],
  ['the lock after hours, while it is open', home, { open: true }],
  ['locked, but always allowed', home, { rules: { alwaysAllowed: ['+420222'] }, open: false }],
  ['a limit not yet reached', home, { rules: { person: { callsPerDay: 5 } }, mine: { callsPerDay: 4 } }],
  [
    'a limit of the person’s own above the usual one',
    home,
    {
      rules: { person: { callsPerDay: 5 } },
      caller: { limits: { callsPerDay: 50 } },
      mine: { callsPerDay: 5 },
    },
  ],
  [
    'a person without the usual limit',
    home,
    {
      rules: { person: { callsPerDay: 5 } },
      caller: { limits: { callsPerDay: null } },
      mine: { callsPerDay: 99 },
    },
  ],
  [
    'the budget for calls abroad does not count at home',
    home,
    { rules: { company: { abroadCallsPerHour: 1 } }, company: { abroadCallsPerHour: 9 } },
  ],
  ['nobody’s call, as the plan of a number forwards', home, { caller: undefined }],
  ['a help line of six digits', '116 111', {}],
])('allowed: %s', (_, number, given) => {
  expect(ask(number, given)).toMatchObject({ kind: 'allowed' })
})

test.each<[string, string, Given, { rule: string; status?: number; sentence: string }]>([
  [
    'abroad from the start',
    germany,
    {},
    { rule: 'Countries', sentence: 'Calls to Germany are not allowed.' },
  ],
  [
    'satellite phones from the start',
    '+88212345678',
    {},
    { rule: 'Countries', sentence: 'Calls to satellite phones and international networks are not allowed.' },
  ],
  [
    'the Caribbean does not come with the United States',
    '+18765551234',
    { rules: { countries: ['US'] } },
    { rule: 'Countries', sentence: 'Calls to Jamaica are not allowed.' },
  ],
  [
    'premium rates from the start',
    premium,
    {},
    { rule: 'Premium-rate numbers', sentence: 'Premium-rate numbers are not allowed.' },
  ],
  [
    'directory enquiries are premium',
    '1188',
    {},
    { rule: 'Premium-rate numbers', sentence: 'Premium-rate numbers are not allowed.' },
  ],
  [
    'premium rates abroad, in an allowed country',
    '+499001234567',
    { rules: { countries: ['DE'] } },
    { rule: 'Premium-rate numbers', sentence: 'Premium-rate numbers are not allowed.' },
  ],
  [
    'a person for colleagues only',
    home,
    { caller: { reach: 'internal' } },
    { rule: 'Person: colleagues only', sentence: 'You may call colleagues and emergency numbers only.' },
  ],
  [
    'a person for the own country only',
    germany,
    { caller: { reach: 'national' }, rules: { countries: ['DE'] } },
    { rule: 'Person: own country only', sentence: 'You may not call abroad.' },
  ],
  [
    'after hours',
    home,
    { open: false },
    {
      rule: 'After-hours lock',
      sentence: 'Outside opening hours only colleagues and emergency numbers can be called.',
    },
  ],
  [
    'a rule that refuses',
    home,
    { outbound: [{ name: 'No rivals', act: 'refuse', prefixes: ['+420222'] }] },
    { rule: 'Outbound rule No rivals', sentence: 'Calls to this number are not allowed: No rivals.' },
  ],
  [
    'calls at once',
    home,
    { rules: { person: { callsAtOnce: 1 } }, mine: { callsAtOnce: 1 } },
    {
      rule: 'Person limit: 1 call at once',
      status: 503,
      sentence: 'Your limit of 1 call at once is reached.',
    },
  ],
  [
    'calls a day',
    home,
    { rules: { company: { callsPerDay: 100 } }, company: { callsPerDay: 100 } },
    {
      rule: 'Company limit: 100 calls a day',
      sentence: "The company's limit of 100 calls a day is used up until midnight.",
    },
  ],
  [
    'minutes a day',
    home,
    { caller: { limits: { minutesPerDay: 30 } }, mine: { minutesPerDay: 31 } },
    {
      rule: 'Person limit: 30 minutes a day',
      sentence: 'Your limit of 30 minutes a day is used up until midnight.',
    },
  ],
  [
    'the budget for calls abroad, which is there from the start',
    germany,
    { rules: { countries: ['DE'] }, company: { abroadCallsPerHour: 60 } },
    {
      rule: 'Company limit: 60 calls abroad an hour',
      status: 480,
      sentence: "The company's limit of 60 calls abroad an hour is used up: try again within the hour.",
    },
  ],
  [
    'the company’s limits hold for nobody’s calls too',
    home,
    { caller: undefined, rules: { company: { callsAtOnce: 2 } }, company: { callsAtOnce: 2 } },
    {
      rule: 'Company limit: 2 calls at once',
      status: 503,
      sentence: "The company's limit of 2 calls at once is reached.",
    },
  ],
])('refused: %s', (_, number, given, told) => {
  expect(ask(number, given)).toEqual({ kind: 'refused', status: 403, ...told })
})

test('an emergency number passes everything at once', () => {
  const all = {
    callsAtOnce: 0,
    callsPerDay: 0,
    minutesPerDay: 0,
    abroadCallsPerHour: 0,
    abroadMinutesPerHour: 0,
  }
  const verdict = ask('112', {
    rules: { company: all, person: all },
    caller: { reach: 'internal' },
    outbound: [{ act: 'refuse' }],
    open: false,
  })

  expect(verdict).toEqual({ kind: 'allowed', rule: 'Emergency numbers', through: undefined })
})

test('the first rule that fits says through which trunks; one that is off is passed over', () => {
  const trunks = [{ trunkId: 't', order: 1, weight: 1 }]
  const outbound: Given['outbound'] = [
    { name: 'Off', enabled: false },
    { name: 'Mobiles', types: ['mobile'], countries: ['CZ'], trunks },
    { name: 'Rest' },
  ]

  expect(ask('777 123 456', { outbound })).toMatchObject({
    rule: 'Outbound rule Mobiles',
    through: { trunks },
  })
  expect(ask(home, { outbound })).toMatchObject({ rule: 'Outbound rule Rest' })
})

test('a rule for emergency calls names the number to the digit', () => {
  const outbound: Given['outbound'] = [
    { name: 'Ones', prefixes: ['1'] },
    { name: 'Help', prefixes: ['112'] },
  ]

  expect(ask('112', { outbound })).toMatchObject({ through: { name: 'Help' } })
})
