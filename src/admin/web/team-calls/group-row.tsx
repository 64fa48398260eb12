import { useDisclosure } from '@mantine/hooks'
import type { RingGroup } from '#admin/team-calls-view.ts'
import type { PersonView } from '#admin/view.ts'
import { useDeleteRingGroup } from '../data/team-calls.ts'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { GroupSheet } from './group-sheet.tsx'
import { groupWords, memberWords } from './group-words.ts'
import { RowActs } from './row-acts.tsx'

interface GroupRowProps {
  readonly group: RingGroup
  readonly people: readonly PersonView[]
}

export function GroupRow({ group, people }: GroupRowProps) {
  const remove = useDeleteRingGroup(group.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  return (
    <li className={`${rows.row} ${rows.loose}`}>
      <div className={rows.main}>
        <p className={rows.name}>
          <span className="figures">{group.extension}</span>
          {group.name}
        </p>
        <p className={rows.under}>
          <span>{memberWords(group.members, people)}</span>
          <span>{groupWords(group)}</span>
        </p>
      </div>
      <RowActs name={group.name} onEdit={edit.open} onDelete={confirm.open} />
      <GroupSheet group={group} people={people} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${group.name}?`}
        word="Delete the group"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        Then {group.extension} rings nobody. The people keep their own extensions.
      </ConfirmSheet>
    </li>
  )
}
