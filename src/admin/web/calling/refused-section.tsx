import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { refusedQuery } from '../data/calling.ts'
import { Problem } from '../look/problem.tsx'
import rows from '../settings/rows.module.css'
import { Moment } from '../time/moment.tsx'
import section from './section.module.css'

export function RefusedSection() {
  const refused = useQuery(refusedQuery)
  return (
    <section className={section.section} aria-label="Refused calls">
      <div>
        <h2 className={section.title}>Refused calls</h2>
        <p className={section.hint}>Who dialled what, and which rule said no. The newest 50.</p>
      </div>
      <div className={section.content}>
        {refused.isPending ? <Skeleton height={80} aria-busy="true" /> : null}
        <Problem error={refused.error} />
        {refused.data?.length === 0 ? <p>No call was refused.</p> : null}
        <ul className={rows.rows}>
          {refused.data?.map((call) => (
            <li className={rows.row} key={call.id}>
              <div className={rows.main}>
                <p className={rows.name}>
                  <span className="figures">{call.shown}</span>
                  {call.name ? <span className={rows.light}>{call.name}</span> : null}
                </p>
                <p className={rows.under}>
                  {call.user?.name ?? 'Nobody’s call'} · {call.sentence} · {call.rule}
                </p>
              </div>
              <span className={rows.side}>
                <Moment at={call.at} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}
