import { ActionIcon } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useMay } from '../data/me.ts'
import rows from '../settings/rows.module.css'

interface RowActsProps {
  readonly name: string
  readonly onEdit: () => void
  readonly onDelete: () => void
}

/** Nothing for who may only read. */
export function RowActs({ name, onEdit, onDelete }: RowActsProps) {
  if (!useMay('calling.write')) return null
  return (
    <span className={rows.side}>
      <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${name}`} onClick={onEdit}>
        <IconPencil size={18} stroke={1.6} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={onDelete}>
        <IconTrash size={18} stroke={1.6} />
      </ActionIcon>
    </span>
  )
}
