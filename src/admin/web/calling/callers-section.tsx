import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { CallingView } from '#admin/calling-view.ts'
import { callersQuery } from '../data/calling.ts'
import { Problem } from '../look/problem.tsx'
import rows from '../settings/rows.module.css'
import { CallerRow } from './caller-row.tsx'
import { Section } from './section.tsx'

interface CallersSectionProps {
  readonly view: CallingView
}

export function CallersSection({ view }: CallersSectionProps) {
  const callers = useQuery(callersQuery)
  return (
    <Section title="People" hint="Who calls how far, which number they show, and limits of their own.">
      {callers.isPending ? <Skeleton height={120} aria-busy="true" /> : null}
      <Problem error={callers.error} />
      <ul className={rows.rows}>
        {callers.data?.map((caller) => (
          <CallerRow key={caller.user.id} caller={caller} view={view} />
        ))}
      </ul>
    </Section>
  )
}
