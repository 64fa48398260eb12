import { ActionIcon, Badge } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPencil } from '@tabler/icons-react'
import type { PersonView } from '#admin/view.ts'
import { useMay } from '../data/me.ts'
import { Initials } from '../look/initials.tsx'
import { SkillChip } from '../look/skill-chip.tsx'
import { StateDot } from '../look/state-dot.tsx'
import rows from '../settings/rows.module.css'
import { PersonSheet } from './person-sheet.tsx'
import { roleWords } from './role-words.ts'

interface PersonRowProps {
  readonly person: PersonView
}

export function PersonRow({ person }: PersonRowProps) {
  const mayWrite = useMay('people.write')
  const [editing, edit] = useDisclosure(false)
  const { total, online } = person.phones
  return (
    <li className={rows.row}>
      <Initials name={person.name} size={36} />
      <div className={rows.main}>
        <p className={rows.name}>
          {person.name}
          {person.role === 'agent' ? null : (
            <Badge component="span" variant="default" size="sm" tt="none" fw={500}>
              {roleWords[person.role]}
            </Badge>
          )}
        </p>
        <p className={rows.under}>
          <span>{person.email}</span>
          {person.extension ? <span>Extension {person.extension}</span> : null}
          <span>{phoneWords(total, online)}</span>
        </p>
        {person.skills.length > 0 ? (
          <span className={rows.chips}>
            {person.skills.map((skill) => (
              <SkillChip key={skill.id} skill={skill} />
            ))}
          </span>
        ) : null}
      </div>
      <span className={rows.side}>
        <span className={rows.state}>
          <StateDot kind={person.status.kind} />
          {person.onCall ? 'On a call' : person.status.label}
        </span>
        {mayWrite ? (
          <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${person.name}`} onClick={edit.open}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
        ) : null}
      </span>
      <PersonSheet person={person} opened={editing} onClose={edit.close} />
    </li>
  )
}

function phoneWords(total: number, online: number): string {
  if (total === 0) return 'No phone'
  if (total === 1) return online === 1 ? 'Phone connected' : 'Phone not connected'
  return `${online} of ${total} phones connected`
}
