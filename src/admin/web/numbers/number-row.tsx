import { ActionIcon, Anchor } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { NumberView } from '#admin/view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteNumber } from '../data/numbers.ts'
import { PlanGaps } from '../plan/plan-gaps.tsx'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { NumberFlow } from './number-flow.tsx'
import { NumberSheet } from './number-sheet.tsx'

interface NumberRowProps {
  readonly number: NumberView
}

export function NumberRow({ number }: NumberRowProps) {
  const mayWrite = useMay('numbers.write')
  const remove = useDeleteNumber(number.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>
          <span className="figures">{number.shown}</span>
          {number.label ? <span className={rows.light}>{number.label}</span> : null}
        </p>
        <NumberFlow number={number} />
        <PlanGaps gaps={number.gaps} />
      </div>
      <span className={rows.side}>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/settings/numbers/$number" params={{ number: number.id }} {...props} />
          )}
          aria-label={`Plan of ${number.shown}`}
        >
          Plan
        </Anchor>
      </span>
      {mayWrite ? (
        <span className={rows.side}>
          <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${number.number}`} onClick={edit.open}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${number.number}`}
            onClick={confirm.open}
          >
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        </span>
      ) : null}
      <NumberSheet number={number} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${number.shown}?`}
        word="Delete the number"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        Calls to it are refused from then on. Its tasks and recordings stay.
      </ConfirmSheet>
    </li>
  )
}
