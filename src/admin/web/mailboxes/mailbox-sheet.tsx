import { Button, Modal, MultiSelect, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCreateMailbox } from '../data/mailboxes.ts'
import { skillsQuery } from '../data/people.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { list, secret, text } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'
import { readMailServer } from './mail-server.ts'
import { MailServerFields } from './mail-server-fields.tsx'

interface MailboxSheetProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** M1, M7: tried before it is kept, so that a mistake shows here and not tomorrow. */
export function MailboxSheet({ opened, onClose }: MailboxSheetProps) {
  const { data: skills } = useQuery({ ...skillsQuery, enabled: opened })
  const [address, setAddress] = useState('')
  const create = useCreateMailbox()
  const domain = address.split('@')[1] ?? ''
  const send = (fields: FormData) =>
    create.mutate(
      {
        label: text(fields, 'label') || text(fields, 'address'),
        address: text(fields, 'address'),
        imap: readMailServer(fields, 'imap'),
        smtp: readMailServer(fields, 'smtp'),
        username: text(fields, 'username') || text(fields, 'address'),
        password: secret(fields, 'password'),
        skillIds: list(fields, 'skills'),
      },
      {
        onSuccess: (made) => {
          onClose()
          tellDone(`${made.address} is connected. New mail becomes tasks from now on.`)
        },
      },
    )
  return (
    <Modal opened={opened} onClose={onClose} title="Add a mailbox">
      <Form label="Add a mailbox" error={create.error} onSend={send}>
        <div className={look.pair}>
          <TextInput
            label="Email address"
            name="address"
            type="email"
            autoComplete="off"
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput label="Name" name="label" placeholder="Orders" maxLength={60} />
        </div>
        <div className={look.pair}>
          <TextInput
            label="User name"
            name="username"
            autoComplete="off"
            placeholder={address || 'The address'}
          />
          <PasswordInput label="Password" name="password" autoComplete="new-password" required />
        </div>
        <MailServerFields
          title="Incoming mail (IMAP)"
          name="imap"
          placeholder={`imap.${domain || 'example.com'}`}
        />
        <MailServerFields
          title="Outgoing mail (SMTP)"
          name="smtp"
          placeholder={`smtp.${domain || 'example.com'}`}
        />
        <MultiSelect
          label="Skills"
          description="Who gets its mail; none: everybody"
          name="skills"
          data={(skills ?? [])
            .filter(({ active }) => active)
            .map(({ id, name }) => ({ value: id, label: name }))}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            {create.isPending ? 'Signing in to the mailbox' : 'Test and add'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
