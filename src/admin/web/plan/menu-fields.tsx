import { ActionIcon, Button, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { MenuOption, MenuStep } from '#admin/plan-view.ts'
import look from '../look/form.module.css'
import css from './menu-fields.module.css'
import { SoundSelect } from './sound-select.tsx'
import { Seconds } from './step-fields.tsx'

interface MenuFieldsProps {
  readonly step: MenuStep
  readonly onChange: (step: MenuStep) => void
}

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#']

export function MenuFields({ step, onChange }: MenuFieldsProps) {
  const { options } = step
  const used = options.map(({ key }) => key)
  const free = keys.find((key) => !used.includes(key))
  const put = (place: number, ...instead: readonly MenuOption[]) =>
    onChange({ ...step, options: [...options.slice(0, place), ...instead, ...options.slice(place + 1)] })
  return (
    <>
      <SoundSelect
        label="What is said"
        value={step.sound}
        onChange={(sound) => sound !== null && onChange({ ...step, sound })}
      />
      {options.map((option, place) => (
        <div key={option.key} className={css.option}>
          <Select
            label="Key"
            className={css.key}
            data={keys.filter((key) => key === option.key || !used.includes(key))}
            value={option.key}
            allowDeselect={false}
            onChange={(key) => key !== null && put(place, { ...option, key })}
          />
          <TextInput
            label={`What key ${option.key} is for`}
            placeholder="Sales"
            className={css.label}
            maxLength={60}
            value={option.label}
            onChange={(event) => put(place, { ...option, label: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`Remove key ${option.key}`}
            disabled={options.length === 1}
            onClick={() => put(place)}
          >
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={free === undefined}
          onClick={() => free !== undefined && put(options.length, { key: free, label: '', steps: [] })}
        >
          Add a key
        </Button>
      </div>
      <div className={look.pair}>
        <Seconds
          label="Time to press a key"
          valueMs={step.timeoutMs}
          onChange={(timeoutMs) => onChange({ ...step, timeoutMs })}
        />
        <NumberInput
          label="Told how often"
          min={1}
          max={10}
          value={step.times}
          onChange={(times) => typeof times === 'number' && onChange({ ...step, times })}
        />
      </div>
      <Switch
        label="Extensions may be dialled"
        checked={step.extensions}
        onChange={(event) => onChange({ ...step, extensions: event.currentTarget.checked })}
      />
    </>
  )
}
