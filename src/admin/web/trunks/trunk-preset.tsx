import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ProviderPreset } from '#admin/trunk-preset-view.ts'
import { presetsQuery } from '../data/trunks.ts'

interface TrunkPresetProps {
  readonly chosen: ProviderPreset | undefined
  readonly onChoose: (preset: ProviderPreset | undefined) => void
}

const other = 'other'

/** K1: what well-known providers ask for, so that only the customer's own part is left to type. */
export function TrunkPreset({ chosen, onChoose }: TrunkPresetProps) {
  const presets = useQuery(presetsQuery)
  const near = (presets.data ?? []).filter(({ countries }) => countries.length > 0)
  const anywhere = (presets.data ?? []).filter(({ countries }) => countries.length === 0)
  const option = ({ id, name, countries }: ProviderPreset) => ({
    value: id,
    label: countries.length > 0 ? `${name} (${countries.join(', ')})` : name,
  })
  return (
    <Select
      label="Provider"
      description={chosen?.hint ?? 'Fills in what is public; choose another provider to fill it in yourself'}
      data={[
        { group: 'Any other', items: [{ value: other, label: 'Another provider' }] },
        { group: 'By country', items: near.map(option) },
        { group: 'Anywhere', items: anywhere.map(option) },
      ]}
      value={chosen?.id ?? other}
      onChange={(id) => onChoose(presets.data?.find((preset) => preset.id === id))}
      searchable
      allowDeselect={false}
    />
  )
}
