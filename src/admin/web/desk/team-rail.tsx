import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PersonView } from '#admin/view.ts'
import { callsQuery } from '../data/calls.ts'
import { peopleQuery } from '../data/people.ts'
import { LiveCallLine } from './live-call-line.tsx'
import { TeamMember } from './team-member.tsx'
import css from './team-rail.module.css'

const groups: readonly { readonly title: string; readonly holds: (person: PersonView) => boolean }[] = [
  { title: 'Available', holds: (person) => person.status.kind === 'green' },
  { title: 'On a break', holds: ({ status }) => status.kind === 'orange' || status.kind === 'red' },
  { title: 'Offline', holds: (person) => person.status.kind === 'grey' },
]
const placeholders = ['a', 'b', 'c']

/** Who is there, since when, and every call of the moment. */
export function TeamRail() {
  const people = useQuery(peopleQuery)
  const calls = useQuery(callsQuery)
  return (
    <div className={css.rail}>
      {calls.data && calls.data.length > 0 ? (
        <section aria-label="Calls now">
          <h2 className={css.title}>
            Calls now <span className="figures">{calls.data.length}</span>
          </h2>
          <ul>
            {calls.data.map((call) => (
              <LiveCallLine key={call.id} call={call} />
            ))}
          </ul>
        </section>
      ) : null}
      {people.isPending
        ? placeholders.map((key) => (
            <div key={key} className={css.line}>
              <Skeleton height={12} width="70%" mt={6} />
            </div>
          ))
        : null}
      {groups.map(({ title, holds }) => {
        const inGroup = (people.data ?? []).filter(holds)
        if (inGroup.length === 0) return null
        return (
          <section key={title} aria-label={title}>
            <h2 className={css.title}>
              {title} <span className="figures">{inGroup.length}</span>
            </h2>
            <ul>
              {inGroup.map((person) => (
                <TeamMember key={person.id} person={person} />
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}
