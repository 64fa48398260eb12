import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { soundsQuery } from '../data/plans.ts'

interface SoundSelectProps {
  readonly label: string
  readonly value: string | null
  readonly kind?: 'prompt' | 'music'
  /** What no choice means; without it one must be made. */
  readonly none?: string
  readonly onChange: (choice: string | null) => void
}

/** The company's own sounds first, then ours. */
export function SoundSelect({ label, value, kind = 'prompt', none, onChange }: SoundSelectProps) {
  const { data } = useQuery(soundsQuery)
  const own = (data?.own ?? []).filter((sound) => sound.kind === kind && sound.replaces === null)
  const ours = kind === 'prompt' ? (data?.prompts ?? []).filter(({ text }) => text.endsWith('.')) : []
  return (
    <Select
      label={label}
      value={value}
      onChange={onChange}
      placeholder={none ?? 'Choose a sound'}
      clearable={none !== undefined}
      allowDeselect={false}
      searchable
      data={[
        { group: 'Yours', items: own.map(({ id, name }) => ({ value: id, label: name })) },
        { group: 'Ours', items: ours.map(({ name, text }) => ({ value: name, label: text })) },
      ].filter(({ items }) => items.length > 0)}
    />
  )
}
