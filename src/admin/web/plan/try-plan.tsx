import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { PlanBranches, PlanMoment, PlanView } from '#admin/plan-view.ts'
import { useTryPlan } from '../data/plans.ts'
import { Problem } from '../look/problem.tsx'
import { fullWords } from '../time/words.ts'
import css from './plan-editor.module.css'

interface TryPlanProps {
  readonly view: PlanView
  readonly draft: PlanBranches
}

const branchWords = { open: 'Open', closed: 'Closed', holiday: 'Holiday' } as const

/** What would happen to a call at a time, and which rule says so; the changes on the page count. */
export function TryPlan({ view, draft }: TryPlanProps) {
  const [when, setWhen] = useState('')
  const attempt = useTryPlan(view.number)
  const moment = attempt.data ?? view.now
  const at = when === '' ? Date.now() : new Date(when).getTime()
  return (
    <section className={css.part}>
      <h2 className={css.title}>Try a time</h2>
      <div className={css.try}>
        <TextInput
          label="A call comes in at"
          type="datetime-local"
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
        <Button
          variant="default"
          loading={attempt.isPending}
          onClick={() => attempt.mutate({ at, plan: draft })}
        >
          See what happens
        </Button>
      </div>
      <Problem error={attempt.error} />
      <p className={css.verdict} role="status">
        {wordsOf(moment)}
      </p>
    </section>
  )
}

function wordsOf({ at, branch, reason, changesAt, timeZone }: PlanMoment): string {
  if (reason === undefined) return 'Always open: the steps above are met at any time.'
  const until =
    changesAt === undefined ? '' : ` ${branch === 'open' ? 'Closes' : 'Opens'} ${fullWords(changesAt)}.`
  return `${fullWords(at)}: ${branchWords[branch]}, because of ${reason} in ${timeZone}.${until}`
}
