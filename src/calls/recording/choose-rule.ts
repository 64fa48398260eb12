// Which recording rule counts for a call. Pure. The most specific one: a rule that names the person before one that names a
// skill, that before one that names our number, that before one for every call. What a rule names besides makes it more
// specific still. Of two alike the stricter counts: never, then on demand, then record; then the older.
import type { Direction } from '#calls/call.ts'
import type { ConsentMode, RecordingRule } from './recording-rule.ts'

/** What the rules look at. */
export interface RecordedCall {
  readonly direction: Direction
  /** Ours: called, or shown on a call out. */
  readonly number: string | undefined
  readonly skills: readonly string[]
  /** Who speaks for us. */
  readonly userId: string | undefined
}

export interface ChosenRule {
  /** undefined: the setting of the number itself. */
  readonly ruleId: string | undefined
  readonly name: string
  readonly act: RecordingRule['act']
  readonly consent: ConsentMode
  readonly resumeMs: number | undefined
}

/** What the switch on the page of a number means, below every rule that names the number. */
const numberItself: ChosenRule = {
  ruleId: undefined,
  name: 'the number is recorded',
  act: 'record',
  consent: 'none',
  resumeMs: undefined,
}

const strictness: Readonly<Record<RecordingRule['act'], number>> = { never: 2, 'on-demand': 1, record: 0 }

/**
 * undefined: no rule is about this call, and it is not recorded.
 * @param rules oldest first
 */
export function chooseRule(
  rules: readonly RecordingRule[],
  call: RecordedCall,
  numberIsRecorded: boolean,
): ChosenRule | undefined {
  const [best] = rules
    .filter((rule) => rule.enabled && fits(rule, call))
    .toSorted((a, b) => weight(b) - weight(a) || strictness[b.act] - strictness[a.act])
  if (numberIsRecorded && (!best || weight(best) < weightOfNumber)) return numberItself
  if (!best) return undefined
  const { id, name, act, consent, resumeMs } = best
  return { ruleId: id, name, act, consent, resumeMs: resumeMs ?? undefined }
}

function fits(rule: RecordingRule, call: RecordedCall): boolean {
  // Colleagues among themselves are recorded only where a rule says so in so many words.
  const direction =
    rule.direction === null ? call.direction !== 'internal' : rule.direction === call.direction
  return (
    direction &&
    (rule.number === null || rule.number === call.number) &&
    (rule.skillId === null || call.skills.includes(rule.skillId)) &&
    (rule.userId === null || rule.userId === call.userId)
  )
}

const weightOfNumber = 2

function weight(rule: RecordingRule): number {
  const named = [
    [rule.userId, 8],
    [rule.skillId, 4],
    [rule.number, weightOfNumber],
    [rule.direction, 1],
  ] as const
  return named.reduce((sum, [value, worth]) => sum + (value === null ? 0 : worth), 0)
}
