import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMailbox, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { mailboxesQuery } from '../data/mailboxes.ts'
import { useMay } from '../data/me.ts'
import { EmptyState } from '../look/empty-state.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { MailboxRow } from './mailbox-row.tsx'
import { MailboxSheet } from './mailbox-sheet.tsx'

export function MailboxesPage() {
  const mailboxes = useQuery(mailboxesQuery)
  const mayWrite = useMay('mailboxes.write')
  const [adding, add] = useDisclosure(false)
  const addButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      Add a mailbox
    </Button>
  )
  return (
    <>
      <SettingsPage
        title="Mailboxes"
        purpose="Each mail to a shared mailbox becomes a task, and is answered from it. Mail stays in the mailbox as it is."
        list={mailboxes}
        act={mayWrite ? addButton : null}
        empty={
          <EmptyState icon={IconMailbox} title="No mailbox yet">
            Add the address your customers write to, like info@ or orders@.
          </EmptyState>
        }
      >
        <ul className={rows.rows}>
          {mailboxes.data?.map((mailbox) => (
            <MailboxRow key={mailbox.id} mailbox={mailbox} />
          ))}
        </ul>
      </SettingsPage>
      <MailboxSheet opened={adding} onClose={add.close} />
    </>
  )
}
