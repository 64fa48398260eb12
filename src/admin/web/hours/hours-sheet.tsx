import { ActionIcon, Button, Modal, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { HoursInput, HoursView } from '#admin/plan-view.ts'
import { useSaveHours } from '../data/plans.ts'
import look from '../look/form.module.css'
import { Problem } from '../look/problem.tsx'
import css from './hours-sheet.module.css'
import { dayNames, dayWords, readDay } from './week.ts'

interface HoursSheetProps {
  /** Those to edit; new ones without it. */
  readonly hours?: HoursView
  readonly opened: boolean
  readonly onClose: () => void
}

type Holiday = HoursInput['holidays'][number]

const workdays = dayNames.map((_, i) => (i < 5 ? '08:00–17:00' : ''))

/** Weekly times as text, one field a day; holidays below. */
export function HoursSheet({ hours, opened, onClose }: HoursSheetProps) {
  const save = useSaveHours(hours?.id)
  const [name, setName] = useState(hours?.name ?? 'Office')
  const [timeZone, setTimeZone] = useState(hours?.timeZone ?? '')
  const [days, setDays] = useState<readonly string[]>(
    hours ? dayNames.map((_, i) => dayWords(hours.weekly, i + 1)) : workdays,
  )
  const [holidays, setHolidays] = useState<readonly Holiday[]>(hours?.holidays ?? [])
  const read = days.map((text, i) => readDay(text, i + 1))
  const weekly = read.every((ranges) => ranges !== undefined)
    ? read.flatMap((ranges) => ranges ?? [])
    : undefined
  const title = hours ? `Edit ${hours.name}` : 'Add opening hours'
  const send = () => {
    if (!weekly) return
    const input = { name, timeZone: timeZone.trim() === '' ? null : timeZone.trim(), weekly, holidays }
    save.mutate(input, { onSuccess: onClose })
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <form
        className={look.form}
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <div className={look.pair}>
          <TextInput
            label="Name"
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Time zone"
            placeholder="That of the company"
            value={timeZone}
            onChange={(event) => setTimeZone(event.currentTarget.value)}
          />
        </div>
        <p className={look.section}>Each week</p>
        <p className={look.hint}>As 08:00–12:00, 13:00–17:00; empty: closed. A day ends at 24:00.</p>
        <div className={css.days}>
          {dayNames.map((day, i) => (
            <TextInput
              key={day}
              label={day}
              placeholder="Closed"
              value={days[i] ?? ''}
              error={read[i] === undefined ? 'Write it as 08:00–17:00' : undefined}
              onChange={(event) => {
                const { value } = event.currentTarget
                setDays(days.map((one, place) => (place === i ? value : one)))
              }}
            />
          ))}
        </div>
        <p className={look.section}>Holidays</p>
        {holidays.map((holiday, place) => (
          <HolidayFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a holiday has no name of its own before it is typed
            key={place}
            holiday={holiday}
            onChange={(changed) => setHolidays(holidays.map((one, i) => (i === place ? changed : one)))}
            onRemove={() => setHolidays(holidays.filter((_, i) => i !== place))}
          />
        ))}
        <div>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => setHolidays([...holidays, { name: '', date: '', yearly: true, open: [] }])}
          >
            Add a holiday
          </Button>
        </div>
        <Problem error={save.error} />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!weekly} loading={save.isPending}>
            {hours ? 'Save' : 'Add these hours'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

interface HolidayFieldsProps {
  readonly holiday: Holiday
  readonly onChange: (holiday: Holiday) => void
  readonly onRemove: () => void
}

function HolidayFields({ holiday, onChange, onRemove }: HolidayFieldsProps) {
  const called = holiday.name || 'this holiday'
  return (
    <div className={css.holiday}>
      <TextInput
        label="Holiday"
        placeholder="Christmas Eve"
        required
        maxLength={60}
        className={css.name}
        value={holiday.name}
        onChange={(event) => onChange({ ...holiday, name: event.currentTarget.value })}
      />
      <TextInput
        label="Date"
        type="date"
        required
        value={holiday.date}
        onChange={(event) => onChange({ ...holiday, date: event.currentTarget.value })}
      />
      <Switch
        label="Every year"
        className={css.yearly}
        checked={holiday.yearly}
        onChange={(event) => onChange({ ...holiday, yearly: event.currentTarget.checked })}
      />
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${called}`} onClick={onRemove}>
        <IconTrash size={18} stroke={1.6} />
      </ActionIcon>
    </div>
  )
}
