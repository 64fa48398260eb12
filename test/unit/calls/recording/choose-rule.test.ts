import { expect, test } from 'vitest'
import { chooseRule, type RecordedCall } from '#calls/recording/choose-rule.ts'
import type { RecordingRule } from '#calls/recording/recording-rule.ts'

const ours = '+420222333444'
const inbound: RecordedCall = { direction: 'in', number: ours, skills: ['sales', 'german'], userId: 'eva' }
const outbound: RecordedCall = { direction: 'out', number: ours, skills: [], userId: 'eva' }
const internal: RecordedCall = { direction: 'internal', number: undefined, skills: [], userId: 'eva' }

let count = 0
function rule(name: string, rest: Partial<RecordingRule> = {}): RecordingRule {
  count += 1
  return {
    id: `rule-${count}`,
    name,
    enabled: true,
    act: 'record',
    direction: null,
    number: null,
    skillId: null,
    userId: null,
    consent: 'none',
    keepDays: null,
    resumeMs: null,
    ...rest,
  }
}

const every = rule('every call')
const number = rule('number', { number: ours })
const skill = rule('skill', { skillId: 'sales' })
const person = rule('person', { userId: 'eva' })
const personNever = rule('person never', { userId: 'eva', act: 'never' })
const personAsks = rule('person asks', { userId: 'eva', act: 'on-demand' })
const personAndSkill = rule('person and skill', { userId: 'eva', skillId: 'german' })
const inOnly = rule('in only', { direction: 'in' })
const outOnly = rule('out only', { direction: 'out' })
const internalOnly = rule('internal only', { direction: 'internal' })
const numberNever = rule('number never', { number: ours, act: 'never' })
const off = rule('off', { userId: 'eva', act: 'never', enabled: false })

test.each<
  [title: string, rules: RecordingRule[], call: RecordedCall, flag: boolean, expected: string | undefined]
>([
  ['without rules nothing is recorded', [], inbound, false, undefined],
  ['the switch of the number records it', [], inbound, true, 'the number is recorded'],
  ['a rule for every call records it', [every], inbound, false, 'every call'],
  ['the number before every call', [every, number], inbound, false, 'number'],
  ['the skill before the number', [skill, number], inbound, false, 'skill'],
  ['the person before the skill', [skill, person, number], inbound, false, 'person'],
  [
    'a person is never recorded, whatever number and skill say',
    [personNever, skill, number],
    inbound,
    true,
    'person never',
  ],
  [
    'who is named with a skill before who is named alone',
    [personNever, personAndSkill],
    inbound,
    false,
    'person and skill',
  ],
  ['of two alike never counts before on demand', [personAsks, personNever], inbound, false, 'person never'],
  ['of two alike on demand counts before record', [person, personAsks], inbound, false, 'person asks'],
  ['of two the same the older', [number, rule('newer', { number: ours })], inbound, false, 'number'],
  ['a direction is more than none', [every, inOnly], inbound, false, 'in only'],
  ['the other direction does not fit', [outOnly], inbound, false, undefined],
  ['calls out go by the number they show', [number], outbound, false, 'number'],
  ['a call out has no skill', [skill], outbound, false, undefined],
  ['a rule of the number before its switch', [numberNever], inbound, true, 'number never'],
  ['the switch of the number before a rule for every call', [every], inbound, true, 'the number is recorded'],
  ['a rule that is off is none', [off], inbound, false, undefined],
  [
    'colleagues among themselves are not recorded by a rule for every call',
    [every, person],
    internal,
    false,
    undefined,
  ],
  [
    'colleagues among themselves are recorded where a rule says so',
    [internalOnly],
    internal,
    false,
    'internal only',
  ],
  ['somebody else’s rule does not fit', [rule('bob', { userId: 'bob' })], inbound, false, undefined],
  ['another number’s rule does not fit', [rule('other', { number: '+420999' })], inbound, false, undefined],
])('%s', (_, rules, call, flag, expected) => {
  expect(chooseRule(rules, call, flag)?.name).toBe(expected)
})
