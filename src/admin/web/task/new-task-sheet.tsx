import { Button, Modal, MultiSelect, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { skillsQuery } from '../data/people.ts'
import { useCreateTask } from '../data/tasks.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, list, text, textOrNull } from '../look/form-fields.ts'
import { closeSheet, useSheet } from '../shell/sheet.ts'
import { fromLocalInput } from '../time/local-input.ts'

/** T2: a task made by hand. */
export function NewTaskSheet() {
  const opened = useSheet()?.kind === 'new-task'
  const navigate = useNavigate()
  const { data: skills } = useQuery({ ...skillsQuery, enabled: opened })
  const create = useCreateTask()
  const close = () => {
    create.reset()
    closeSheet()
  }
  const send = (fields: FormData) => {
    const name = text(fields, 'customer')
    create.mutate(
      {
        title: text(fields, 'title'),
        due: fromLocalInput(text(fields, 'due')),
        skillIds: list(fields, 'skills'),
        customer: name ? { name, address: textOrNull(fields, 'address') } : null,
        assignToMe: checked(fields, 'mine'),
      },
      {
        onSuccess: (task) => {
          close()
          void navigate({ to: '/task/$taskId', params: { taskId: task.id } })
        },
      },
    )
  }
  return (
    <Modal opened={opened} onClose={close} title="New task">
      <Form label="New task" error={create.error} onSend={send}>
        <TextInput
          label="What is to be done"
          name="title"
          placeholder="Call back about the delivery"
          required
          maxLength={200}
          data-autofocus
        />
        <div className={look.pair}>
          <TextInput label="Customer" name="customer" maxLength={100} />
          <TextInput label="Number or email" name="address" maxLength={254} />
        </div>
        <div className={look.pair}>
          <TextInput label="Due" name="due" type="datetime-local" />
          <MultiSelect
            label="Skills"
            name="skills"
            data={(skills ?? [])
              .filter(({ active }) => active)
              .map(({ id, name }) => ({ value: id, label: name }))}
          />
        </div>
        <Switch label="Assign it to me" name="mine" defaultChecked />
        <div className={look.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create the task
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
