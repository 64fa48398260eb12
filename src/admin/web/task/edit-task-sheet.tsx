import { Button, Modal, MultiSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TaskDetail } from '#admin/view.ts'
import { skillsQuery } from '../data/people.ts'
import { type TaskChange, useEditTask } from '../data/tasks.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { list, text, textOrNull } from '../look/form-fields.ts'
import { fromLocalInput, toLocalInput } from '../time/local-input.ts'

interface EditTaskSheetProps {
  readonly task: TaskDetail
  readonly opened: boolean
  readonly onClose: () => void
}

/** T10: every field that may be changed; what changed stands in the log. */
export function EditTaskSheet({ task, opened, onClose }: EditTaskSheetProps) {
  const { data: skills } = useQuery({ ...skillsQuery, enabled: opened })
  const edit = useEditTask(task.id)
  const send = (fields: FormData) => edit.mutate(changesOf(task, fields), { onSuccess: onClose })
  return (
    <Modal opened={opened} onClose={onClose} title="Edit the task">
      <Form label="Edit the task" error={edit.error} onSend={send}>
        <TextInput
          label="Title"
          name="title"
          defaultValue={task.title}
          required
          maxLength={200}
          data-autofocus
        />
        <div className={look.pair}>
          <TextInput
            label="Customer"
            name="customer"
            defaultValue={task.customer?.name ?? ''}
            maxLength={100}
          />
          <TextInput
            label="Number or email"
            name="address"
            defaultValue={task.customer?.shown ?? ''}
            maxLength={254}
          />
        </div>
        <div className={look.pair}>
          <TextInput label="Due" name="due" type="datetime-local" defaultValue={toLocalInput(task.due)} />
          <MultiSelect
            label="Skills"
            name="skills"
            data={(skills ?? task.skills)
              .filter((skill) => skill.active || task.skills.some(({ id }) => id === skill.id))
              .map((skill) => ({ value: skill.id, label: skill.name }))}
            defaultValue={task.skills.map((skill) => skill.id)}
          />
        </div>
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={edit.isPending}>
            Save
          </Button>
        </div>
      </Form>
    </Modal>
  )
}

/** Only what differs: what was not touched keeps its link to the contact and leaves no line in the log. */
function changesOf(task: TaskDetail, fields: FormData): TaskChange {
  const title = text(fields, 'title')
  const due = text(fields, 'due')
  const skillIds = list(fields, 'skills')
  const name = text(fields, 'customer')
  const address = textOrNull(fields, 'address')
  const sameCustomer = name === (task.customer?.name ?? '') && address === (task.customer?.shown ?? null)
  return {
    ...(title === task.title ? {} : { title }),
    ...(due === toLocalInput(task.due) ? {} : { due: fromLocalInput(due) }),
    ...(sameSet(
      skillIds,
      task.skills.map(({ id }) => id),
    )
      ? {}
      : { skillIds }),
    ...(sameCustomer ? {} : { customer: name ? { name, address } : null }),
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
}
