import { Button, Modal, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PersonView, Role } from '#admin/view.ts'
import { useMe } from '../data/me.ts'
import { skillsQuery, useChangePerson, useCreatePerson } from '../data/people.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { list, secret, text, textOrNull } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'
import { roleWords } from './role-words.ts'

interface PersonSheetProps {
  /** The one to edit; a new one without it. */
  readonly person?: PersonView
  readonly opened: boolean
  readonly onClose: () => void
}

const roles: readonly Role[] = ['agent', 'leader', 'admin']

/** S6: without an invitation mail the admin chooses the first password and tells it. */
export function PersonSheet({ person, opened, onClose }: PersonSheetProps) {
  const me = useMe()
  const { data: skills } = useQuery({ ...skillsQuery, enabled: opened })
  const create = useCreatePerson()
  const change = useChangePerson(person?.id ?? '')
  const title = person ? `Edit ${person.name}` : 'Add a person'
  const offered = person && !roles.includes(person.role) ? [...roles, person.role] : roles
  const send = (fields: FormData) => {
    const common = {
      name: text(fields, 'name'),
      role: offered.find((role) => role === text(fields, 'role')) ?? person?.role ?? 'agent',
      extension: textOrNull(fields, 'extension'),
      skillIds: list(fields, 'skills'),
    }
    const password = secret(fields, 'password')
    if (person) {
      change.mutate({ ...common, ...(password ? { password } : {}) }, { onSuccess: onClose })
      return
    }
    create.mutate(
      { ...common, email: text(fields, 'email'), password },
      {
        onSuccess: (made) => {
          onClose()
          tellDone(`${made.name} can sign in now. Give them their password; a phone is the next step.`)
        },
      },
    )
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form label={title} error={create.error ?? change.error} onSend={send}>
        <TextInput
          label="Name"
          name="name"
          defaultValue={person?.name}
          autoComplete="off"
          required
          maxLength={80}
          data-autofocus
        />
        {person ? null : (
          <TextInput
            label="Email"
            description="They sign in with it"
            name="email"
            type="email"
            autoComplete="off"
            required
          />
        )}
        <div className={look.pair}>
          <Select
            label="Role"
            name="role"
            data={offered.map((role) => ({ value: role, label: roleWords[role] }))}
            defaultValue={person?.role ?? 'agent'}
            allowDeselect={false}
            disabled={person?.id === me.userId}
          />
          <TextInput
            label="Extension"
            name="extension"
            inputMode="numeric"
            pattern="\d{2,6}"
            title="2 to 6 digits"
            defaultValue={person?.extension ?? ''}
          />
        </div>
        <MultiSelect
          label="Skills"
          description="Calls and tasks that need these reach them"
          name="skills"
          data={(skills ?? person?.skills ?? [])
            .filter((skill) => skill.active || person?.skills.some(({ id }) => id === skill.id))
            .map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={person?.skills.map(({ id }) => id) ?? []}
          placeholder={skills?.length === 0 ? 'No skills made yet' : undefined}
        />
        <PasswordInput
          label={person ? 'New password' : 'First password'}
          description={person ? 'Empty: it stays as it is' : 'At least 10 characters; tell it to them'}
          name="password"
          autoComplete="new-password"
          minLength={10}
          required={!person}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending || change.isPending}>
            {person ? 'Save' : 'Add the person'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
