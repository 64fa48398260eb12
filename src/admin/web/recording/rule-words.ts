import type { RecordingRule, RecordingRulesView } from '#admin/recording-view.ts'

export const actWords: Readonly<Record<RecordingRule['act'], string>> = {
  record: 'Recorded',
  'on-demand': 'Recorded when asked for',
  never: 'Never recorded',
}

export const consentWords: Readonly<Record<RecordingRule['consent'], string>> = {
  none: 'Nothing is said',
  announce: 'Both sides are told',
  'press-one': 'The other side presses 1 for yes',
}

const directionWords = { in: 'Calls in', out: 'Calls out', internal: 'Calls between colleagues' } as const

/** Which calls it is about. */
export function aboutWords(rule: RecordingRule, view: RecordingRulesView): string {
  const of = (list: readonly { readonly id: string; readonly name: string }[], id: string | null) =>
    id === null ? undefined : (list.find((one) => one.id === id)?.name ?? 'somebody or something gone')
  const shown = view.numbers.find(({ number }) => number === rule.number)?.shown ?? rule.number
  const parts = [
    of(view.people, rule.userId),
    of(view.skills, rule.skillId),
    shown,
    rule.direction && directionWords[rule.direction],
  ].filter((part) => part !== null && part !== undefined)
  return parts.length === 0 ? 'Every call from and to the outside' : parts.join(' · ')
}

export function daysWords(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
