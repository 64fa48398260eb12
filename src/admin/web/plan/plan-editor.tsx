import { Button, Select, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PlanBranches, PlanView } from '#admin/plan-view.ts'
import { useMay, useMe } from '../data/me.ts'
import { peopleQuery, skillsQuery } from '../data/people.ts'
import { hoursQuery, soundsQuery, useSavePlan } from '../data/plans.ts'
import { Problem } from '../look/problem.tsx'
import { tellDone } from '../look/tell.ts'
import { Flow } from './flow.tsx'
import css from './plan-editor.module.css'
import { PlanGaps } from './plan-gaps.tsx'
import type { PlanNames } from './step-words.ts'
import { TryPlan } from './try-plan.tsx'

export function PlanEditor({ view }: { readonly view: PlanView }) {
  const [draft, change] = useState<PlanBranches>(view.plan)
  const save = useSavePlan(view.number)
  const { data: hours } = useQuery(hoursQuery)
  const names = useNames()
  const me = useMe()
  const first = useMay('numbers.write') ? { userId: me.userId } : undefined
  const isChanged = JSON.stringify(draft) !== JSON.stringify(view.plan)
  const tools = { names, first }
  return (
    <div className={css.plan}>
      <PlanGaps gaps={view.gaps} />
      <div className={css.part}>
        <Select
          label="Opening hours"
          description="Outside of them callers meet the steps for when you are closed"
          placeholder="Always open"
          clearable
          disabled={!first}
          data={(hours ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.hoursId}
          onChange={(hoursId) => change({ ...draft, hoursId })}
        />
      </div>
      <Branch title={draft.hoursId === null ? 'Always' : 'When you are open'}>
        <Flow {...tools} label="Open" steps={draft.open} onChange={(open) => change({ ...draft, open })} />
      </Branch>
      {draft.hoursId === null ? null : (
        <>
          <Branch title="When you are closed">
            <Flow
              {...tools}
              label="Closed"
              steps={draft.closed}
              onChange={(closed) => change({ ...draft, closed })}
            />
          </Branch>
          <Branch title="On holidays">
            <Switch
              label="Something else than when closed"
              disabled={!first}
              checked={draft.holiday !== null}
              onChange={(event) => change({ ...draft, holiday: event.currentTarget.checked ? [] : null })}
            />
            {draft.holiday === null ? null : (
              <Flow
                {...tools}
                label="Holidays"
                steps={draft.holiday}
                onChange={(holiday) => change({ ...draft, holiday })}
              />
            )}
          </Branch>
        </>
      )}
      <TryPlan view={view} draft={draft} />
      {first ? (
        <div className={css.acts}>
          <Problem error={save.error} />
          <Button variant="default" disabled={!isChanged} onClick={() => change(view.plan)}>
            Discard the changes
          </Button>
          <Button
            disabled={!isChanged}
            loading={save.isPending}
            onClick={() =>
              save.mutate(draft, {
                onSuccess: ({ plan }) => {
                  change(plan)
                  tellDone('The plan is kept; it counts for the next call.')
                },
              })
            }
          >
            Save the plan
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function Branch({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className={css.part}>
      <h2 className={css.title}>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, so it must be reachable by key */}
      <section className={css.scroll} tabIndex={0} aria-label={`Steps: ${title}`}>
        {children}
      </section>
    </section>
  )
}

function useNames(): PlanNames {
  const { data: skills } = useQuery(skillsQuery)
  const { data: people } = useQuery(peopleQuery)
  const { data: sounds } = useQuery(soundsQuery)
  return {
    skill: (id) => skills?.find((one) => one.id === id)?.name ?? '…',
    person: (id) => people?.find((one) => one.id === id)?.name ?? '…',
    sound: (choice) =>
      sounds?.own.find(({ id }) => id === choice)?.name ??
      sounds?.prompts.find(({ name }) => name === choice)?.text.replace(/\.$/, '') ??
      '…',
  }
}
