import type { MailboxView } from '#admin/view.ts'
import { StateDot } from '../look/state-dot.tsx'
import rows from '../settings/rows.module.css'
import { Moment } from '../time/moment.tsx'

interface MailboxRowProps {
  readonly mailbox: MailboxView
}

const words = { green: 'Working', amber: 'Trying again', red: 'Stopped', grey: 'Not checked yet' } as const

export function MailboxRow({ mailbox }: MailboxRowProps) {
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>{mailbox.label}</p>
        <p className={rows.under}>
          <span>{mailbox.address}</span>
          {mailbox.lastCheckAt === null ? null : (
            <span>
              Last look <Moment at={mailbox.lastCheckAt} />
            </span>
          )}
        </p>
        <p className={rows.under}>{mailbox.reason}</p>
      </div>
      <span className={rows.side}>
        <span className={rows.state}>
          <StateDot kind={mailbox.light} />
          {words[mailbox.light]}
        </span>
      </span>
    </li>
  )
}
