import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { skillsQuery } from '../data/people.ts'

interface SkillsFieldProps {
  readonly label: string
  readonly description?: string
  readonly value: readonly string[]
  readonly onChange: (skills: string[]) => void
}

export function SkillsField({ label, description, value, onChange }: SkillsFieldProps) {
  const { data } = useQuery(skillsQuery)
  const choices = (data ?? []).filter(({ id, active }) => active || value.includes(id))
  return (
    <MultiSelect
      label={label}
      {...(description === undefined ? {} : { description })}
      data={choices.map(({ id, name }) => ({ value: id, label: name }))}
      value={[...value]}
      onChange={onChange}
    />
  )
}
