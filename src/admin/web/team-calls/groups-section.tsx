import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import type { RingGroup } from '#admin/team-calls-view.ts'
import type { PersonView } from '#admin/view.ts'
import { Section } from '../calling/section.tsx'
import { useMay } from '../data/me.ts'
import { EmptyState } from '../look/empty-state.tsx'
import look from '../look/form.module.css'
import rows from '../settings/rows.module.css'
import { GroupRow } from './group-row.tsx'
import { GroupSheet } from './group-sheet.tsx'

interface GroupsSectionProps {
  readonly groups: readonly RingGroup[]
  readonly people: readonly PersonView[]
}

export function GroupsSection({ groups, people }: GroupsSectionProps) {
  const mayWrite = useMay('calling.write')
  const [adding, add] = useDisclosure(false)
  const button = mayWrite ? (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add.open}>
      Add a ring group
    </Button>
  ) : null
  return (
    <Section
      title="Ring groups"
      hint="One extension that rings several people. Who is on a call is left out; the first answer wins."
    >
      {groups.length === 0 ? (
        <EmptyState icon={IconUsersGroup} title="No ring groups" act={button}>
          Give a team one extension, so that whoever is free answers.
        </EmptyState>
      ) : (
        <>
          <ul className={rows.rows}>
            {groups.map((group) => (
              <GroupRow key={group.id} group={group} people={people} />
            ))}
          </ul>
          <div className={look.buttons}>{button}</div>
        </>
      )}
      <GroupSheet people={people} opened={adding} onClose={add.close} />
    </Section>
  )
}
