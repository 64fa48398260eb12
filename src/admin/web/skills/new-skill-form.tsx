import { Button, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCreateSkill } from '../data/people.ts'
import { tellProblem } from '../look/tell.ts'
import css from './new-skill-form.module.css'

export function NewSkillForm() {
  const [name, setName] = useState('')
  const create = useCreateSkill()
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate(name, { onSuccess: () => setName(''), onError: tellProblem })
      }}
    >
      <TextInput
        aria-label="Name of the new skill"
        placeholder="New skill"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={40}
      />
      <Button
        type="submit"
        leftSection={<IconPlus size={16} />}
        disabled={name.trim() === ''}
        loading={create.isPending}
      >
        Add
      </Button>
    </form>
  )
}
