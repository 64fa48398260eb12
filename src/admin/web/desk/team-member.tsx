import { ActionIcon, Tooltip } from '@mantine/core'
import { IconPhone, IconPhoneOff } from '@tabler/icons-react'
import type { PersonView } from '#admin/view.ts'
import { useDial } from '../data/calls.ts'
import { useMe } from '../data/me.ts'
import { Initials } from '../look/initials.tsx'
import { StateDot } from '../look/state-dot.tsx'
import { useStatusLight } from '../look/status-light.ts'
import { tellProblem } from '../look/tell.ts'
import { Timer } from '../time/timer.tsx'
import css from './team-member.module.css'

interface TeamMemberProps {
  readonly person: PersonView
}

/** A colleague: name, status and since when; one click calls them. */
export function TeamMember({ person }: TeamMemberProps) {
  const me = useMe()
  const dial = useDial()
  const { status, extension } = person
  const light = useStatusLight(status)
  const offline = status.kind === 'grey'
  const callable = extension !== null && person.phones.online > 0 && person.id !== me.userId
  return (
    <li className={offline ? `${css.member} ${css.offline}` : css.member}>
      <span className={css.disc}>
        <Initials name={person.name} size={28} />
        <span className={css.dot}>
          <StateDot kind={light} />
        </span>
      </span>
      <div className={css.words}>
        <p className={css.name}>{person.name}</p>
        <p className={light === 'red' ? `${css.state} ${css.over}` : css.state}>
          {person.onCall ? 'On a call' : status.label}
          {offline || person.onCall ? null : <Timer since={status.since} />}
          {!offline && person.phones.online === 0 ? (
            <Tooltip label="No phone of theirs is connected, so calls cannot reach them">
              <IconPhoneOff size={14} stroke={1.8} aria-label="no phone connected" />
            </Tooltip>
          ) : null}
        </p>
      </div>
      {callable ? (
        <Tooltip label={`Call ${person.name} (${extension})`}>
          <ActionIcon
            className={css.call}
            variant="subtle"
            color="gray"
            aria-label={`Call ${person.name}`}
            onClick={() => dial.mutate({ number: extension }, { onError: tellProblem })}
          >
            <IconPhone size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </li>
  )
}
