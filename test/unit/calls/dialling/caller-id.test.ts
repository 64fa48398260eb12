import { expect, test } from 'vitest'
import { type CallerIdQuestion, callerIdOf } from '#calls/dialling/caller-id.ts'

const usual: CallerIdQuestion = {
  dialled: { kind: 'number', number: '+420600000001', country: 'CZ', type: 'mobile' },
  wish: undefined,
  rule: null,
  person: { callerId: null, withheld: false },
  emergency: null,
  trunk: { callerId: null, numbers: ['+420221000111', '+420221000112'], foreignNumbers: true },
}
const own = '+420221000112'
const foreign = '+420555000111'

test.each<[string, Partial<CallerIdQuestion>, string | undefined]>([
  ['the trunk’s first number', {}, '+420221000111'],
  ['the trunk’s own setting', { trunk: { ...usual.trunk, callerId: '+420999' } }, '+420999'],
  ['the person’s', { person: { callerId: own, withheld: false } }, own],
  ['the rule’s before the person’s', { rule: own, person: { callerId: foreign, withheld: false } }, own],
  ['one of another trunk where that is taken', { rule: foreign }, foreign],
  [
    'one of its own where others are not taken',
    { rule: foreign, trunk: { ...usual.trunk, foreignNumbers: false } },
    '+420221000111',
  ],
  ['none on a trunk without any', { trunk: { ...usual.trunk, numbers: [] } }, undefined],
  [
    'the one for emergencies',
    { dialled: { kind: 'emergency', number: '112' }, emergency: own, rule: foreign },
    own,
  ],
])('%s', (_, question, number) => {
  expect(callerIdOf({ ...usual, ...question })).toEqual({ number, withheld: false })
})

test.each<[string, Partial<CallerIdQuestion>, boolean]>([
  ['the person’s choice', { person: { callerId: null, withheld: true } }, true],
  ['a star code for this call', { wish: true }, true],
  [
    'shown by a star code against the choice',
    { wish: false, person: { callerId: null, withheld: true } },
    false,
  ],
  ['never when help is called', { dialled: { kind: 'emergency', number: '112' }, wish: true }, false],
])('withheld: %s', (_, question, withheld) => {
  expect(callerIdOf({ ...usual, ...question }).withheld).toBe(withheld)
})
