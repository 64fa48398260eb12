import { Button } from '@mantine/core'
import type { LiveCallView } from '#admin/view.ts'
import { useMe } from '../data/me.ts'
import { type TeamAct, useTeamAct } from '../data/team-calls.ts'
import { tellProblem } from '../look/tell.ts'
import css from './team-acts.module.css'

const modes = [
  ['listen', 'Listen'],
  ['whisper', 'Whisper'],
  ['join', 'Join'],
] as const

/** What I can do about a call that is not mine: take it while it waits or rings; hear it, as a leader. */
export function TeamActs({ call }: { readonly call: LiveCallView }) {
  const me = useMe()
  const act = useTeamAct(call.id)
  const run = (what: TeamAct) => act.mutate(what, { onError: tellProblem })
  const isOn = call.user?.id === me.userId || call.people.includes(me.userId)
  const isMine = isOn && call.parked === null
  const ringsElsewhere = call.ringing.length > 0 && !call.ringing.includes(me.userId)
  const mayTake =
    call.parked !== null || (ringsElsewhere && call.state !== 'talking' && call.state !== 'held')
  const mayHear = me.permissions.includes('calls.supervise') && call.state === 'talking'
  if (isMine || (!mayTake && !mayHear)) return null
  const mode = call.supervisors.find(({ id }) => id === me.userId)?.mode
  return (
    <div className={css.acts}>
      {mayTake ? (
        <Button size="compact-xs" variant="light" onClick={() => run('take')}>
          Take it
        </Button>
      ) : null}
      {mayHear
        ? modes.map(([what, label]) => (
            <Button
              key={what}
              size="compact-xs"
              variant={what === mode ? 'filled' : 'default'}
              aria-pressed={what === mode}
              aria-label={`${label}: ${call.party}`}
              onClick={() => run(what)}
            >
              {label}
            </Button>
          ))
        : null}
    </div>
  )
}
