import { Switch } from '@mantine/core'
import { IconTag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { peopleQuery, skillsQuery, useChangeSkill } from '../data/people.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { tellProblem } from '../look/tell.ts'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { NewSkillForm } from './new-skill-form.tsx'

export function SkillsPage() {
  const skills = useQuery(skillsQuery)
  const people = useQuery(peopleQuery)
  const change = useChangeSkill()
  const mayWrite = useMay('skills.write')
  const having = (id: string) =>
    (people.data ?? [])
      .filter((person) => person.skills.some((skill) => skill.id === id))
      .map(({ name }) => name)
  return (
    <SettingsPage
      title="Skills"
      purpose="Labels such as sales or Czech. A call or task reaches the people who have all of its skills. They are switched off, never deleted, so that old tasks keep them."
      list={skills}
      act={mayWrite ? <NewSkillForm /> : null}
      empty={
        <EmptyState icon={IconTag} title="No skills yet">
          Without skills everybody can get every call. Name the first one above, then give it to people and
          numbers.
        </EmptyState>
      }
    >
      <ul className={rows.rows}>
        {skills.data?.map((skill) => {
          const names = having(skill.id)
          return (
            <li key={skill.id} className={rows.row}>
              <div className={rows.main}>
                <p className={rows.name}>{skill.name}</p>
                <p className={rows.under}>
                  {names.length > 0 ? names.join(', ') : 'Nobody has it: its calls wait in vain'}
                </p>
              </div>
              <Switch
                label={skill.active ? 'In use' : 'Switched off'}
                aria-label={`${skill.name} in use`}
                checked={skill.active}
                disabled={!mayWrite}
                onChange={(event) =>
                  change.mutate(
                    { id: skill.id, active: event.currentTarget.checked },
                    { onError: tellProblem },
                  )
                }
              />
            </li>
          )
        })}
      </ul>
    </SettingsPage>
  )
}
