import { NumberInput } from '@mantine/core'
import type { CallingRules, Usage } from '#admin/calling-view.ts'
import { text, wholeOrNull } from '../look/form-fields.ts'
import css from './limit-fields.module.css'

type Limits = CallingRules['company']

const fields = [
  { key: 'callsAtOnce', label: 'Calls at once' },
  { key: 'callsPerDay', label: 'Calls a day' },
  { key: 'minutesPerDay', label: 'Minutes a day' },
  { key: 'abroadCallsPerHour', label: 'Calls abroad an hour' },
  { key: 'abroadMinutesPerHour', label: 'Minutes abroad an hour' },
] as const satisfies readonly { key: keyof Limits; label: string }[]

interface LimitFieldsProps {
  /** Goes before the names, so that two groups fit in one form. */
  readonly prefix: string
  readonly limits: Partial<Record<keyof Limits, number | null | undefined>>
  /** What an empty field means. */
  readonly empty: (key: keyof Limits) => string
  readonly usage?: Usage
}

export function LimitFields({ prefix, limits, empty, usage }: LimitFieldsProps) {
  return (
    <div className={css.grid}>
      {fields.map(({ key, label }) => (
        <NumberInput
          key={key}
          label={label}
          description={usage ? `${usage[key]} so far` : undefined}
          name={`${prefix}${key}`}
          min={0}
          max={1_000_000}
          allowDecimal={false}
          placeholder={empty(key)}
          defaultValue={limits[key] ?? ''}
        />
      ))}
    </div>
  )
}

export function limitsIn(form: FormData, prefix: string): Limits {
  const limit = (key: keyof Limits) => wholeOrNull(form, `${prefix}${key}`)
  return {
    callsAtOnce: limit('callsAtOnce'),
    callsPerDay: limit('callsPerDay'),
    minutesPerDay: limit('minutesPerDay'),
    abroadCallsPerHour: limit('abroadCallsPerHour'),
    abroadMinutesPerHour: limit('abroadMinutesPerHour'),
  }
}

/** Only those that were filled in: the others are as for everybody. */
export function ownLimitsIn(form: FormData, prefix: string): Partial<Record<keyof Limits, number>> {
  const own: Partial<Record<keyof Limits, number>> = {}
  for (const { key } of fields) {
    const value = text(form, `${prefix}${key}`)
    if (value !== '') own[key] = Number(value)
  }
  return own
}
