import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import type { HoursView } from '#admin/plan-view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteHours } from '../data/plans.ts'
import { StateDot } from '../look/state-dot.tsx'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { fullWords } from '../time/words.ts'
import { HoursSheet } from './hours-sheet.tsx'
import { weekWords } from './week.ts'

const branchWords = { open: 'Open', closed: 'Closed', holiday: 'Holiday' } as const

export function HoursRow({ hours }: { readonly hours: HoursView }) {
  const mayWrite = useMay('numbers.write')
  const remove = useDeleteHours(hours.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  const { branch, changesAt } = hours.now
  const until = changesAt === undefined ? '' : ` until ${fullWords(changesAt)}`
  const count = hours.holidays.length
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>{hours.name}</p>
        <p className={rows.under}>
          <span>{weekWords(hours.weekly)}</span>
          <span>{count === 0 ? 'no holidays' : count === 1 ? '1 holiday' : `${count} holidays`}</span>
          <span>{hours.usedBy.length === 0 ? 'not used' : `used by ${hours.usedBy.join(', ')}`}</span>
        </p>
      </div>
      <span className={rows.side}>
        <span className={rows.state}>
          <StateDot kind={branch === 'open' ? 'green' : 'grey'} />
          {branchWords[branch]}
          {until}
        </span>
        {mayWrite ? (
          <>
            <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${hours.name}`} onClick={edit.open}>
              <IconPencil size={18} stroke={1.6} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Delete ${hours.name}`}
              onClick={confirm.open}
            >
              <IconTrash size={18} stroke={1.6} />
            </ActionIcon>
          </>
        ) : null}
      </span>
      <HoursSheet key={String(editing)} hours={hours} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${hours.name}?`}
        word="Delete these hours"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        The weekly times and the holidays of these hours go.
      </ConfirmSheet>
    </li>
  )
}
