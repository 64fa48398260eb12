import {
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconPhonePause,
  IconPhoneRinging,
  IconUsers,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { LiveCallView } from '#admin/view.ts'
import { TeamActs } from '../calls/team-acts.tsx'
import { Timer } from '../time/timer.tsx'
import css from './live-call-line.module.css'

interface LiveCallLineProps {
  readonly call: LiveCallView
}

/** A call of the moment: who, with whom, for how long, and why it waits. */
export function LiveCallLine({ call }: LiveCallLineProps) {
  const Picture = pictureOf(call)
  const content = (
    <>
      <span className={css.icon}>
        <Picture size={16} stroke={1.8} aria-hidden="true" />
      </span>
      <span className={css.party}>{call.party}</span>
      <span className={css.time}>
        <Timer since={call.answeredAt ?? call.since} />
      </span>
      <span className={css.why}>{stateWords(call)}</span>
    </>
  )
  return (
    <li>
      {call.taskId === null ? (
        <div className={css.line}>{content}</div>
      ) : (
        <Link
          to="/task/$taskId"
          params={{ taskId: call.taskId }}
          search={(before) => before}
          className={css.line}
        >
          {content}
        </Link>
      )}
      <TeamActs call={call} />
    </li>
  )
}

function pictureOf(call: LiveCallView) {
  if (call.state === 'held' || call.parked) return IconPhonePause
  if (call.state === 'ringing' || call.state === 'queued') return IconPhoneRinging
  if (call.direction === 'internal') return IconUsers
  return call.direction === 'in' ? IconPhoneIncoming : IconPhoneOutgoing
}

function stateWords(call: LiveCallView): string {
  const who = call.user?.name
  if (call.parked) return `Parked at ${call.parked.place} by ${call.parked.by?.name ?? 'somebody'}`
  switch (call.state) {
    case 'queued':
      return call.why ? `Waits: ${call.why}` : 'Waits for somebody'
    case 'ringing':
      return who ? (call.direction === 'in' ? `Rings at ${who}` : `${who} is calling`) : 'Ringing'
    case 'transferring':
      return who ? `Transferred by ${who}` : 'Being transferred'
    case 'held':
      return who ? `On hold by ${who}` : 'On hold'
    case 'talking':
      return who ? `With ${who}` : 'Talking'
  }
}
