import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import {
  IconArrowForwardUp,
  IconPhone,
  IconPhoneOff,
  IconPhonePause,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerRecordFilled,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { LiveCallView } from '#admin/view.ts'
import { useCallAct } from '../data/calls.ts'
import { useMe } from '../data/me.ts'
import { tellProblem } from '../look/tell.ts'
import { PhoneActs } from '../phone/phone-acts.tsx'
import { PhoneWords } from '../phone/phone-words.tsx'
import { Timer } from '../time/timer.tsx'
import css from './call-bar.module.css'
import { ParkAct } from './park-act.tsx'
import { RecordAct } from './record-act.tsx'
import { TransferActs, transferWords } from './transfer-acts.tsx'
import { TransferSheet } from './transfer-sheet.tsx'

interface CallBarRowProps {
  readonly call: LiveCallView
  /** Keys belong to the first call. */
  readonly first: boolean
}

export function CallBarRow({ call, first }: CallBarRowProps) {
  const act = useCallAct(call.id)
  const run = (what: 'hold' | 'resume' | 'hang-up') => act.mutate(what, { onError: tellProblem })
  const me = useMe()
  const [transferring, setTransferring] = useState(false)
  const { transfer, cameBack } = call
  const mine = transfer !== null && transfer.by?.id === me.userId
  const talking = transfer === null && (call.state === 'talking' || call.state === 'held')
  const held = call.state === 'held'
  useHotkeys(
    first && talking
      ? [
          ['h', () => run(held ? 'resume' : 'hold')],
          ['x', () => setTransferring(true)],
        ]
      : [],
  )
  return (
    <div className={held ? `${css.bar} ${css.held}` : css.bar}>
      <span className={css.mark}>
        {held ? <IconPhonePause size={20} stroke={1.8} /> : <IconPhone size={20} stroke={1.8} />}
      </span>
      <div className={css.words}>
        <p className={css.party}>
          {call.taskId === null ? (
            <span className={css.name}>{call.party}</span>
          ) : (
            <Link
              to="/task/$taskId"
              params={{ taskId: call.taskId }}
              search={(before) => before}
              className={`${css.name} ${css.link}`}
            >
              {call.party}
            </Link>
          )}
          {call.shown && call.shown !== call.party ? <span className={css.number}>{call.shown}</span> : null}
        </p>
        <p className={css.state}>
          <span>
            <PhoneWords
              call={call}
              otherwise={transfer ? transferWords(call, transfer, me.userId) : stateWords(call)}
            />{' '}
            <Timer since={call.answeredAt ?? call.since} />
          </span>
          {cameBack ? (
            <span className={css.back} role="status">
              {cameBack.name} did not take it: {cameBack.sentence}
            </span>
          ) : null}
          {call.recording && talking ? (
            <span className={css.recording}>
              <IconPlayerRecordFilled size={12} aria-hidden="true" />
              recorded
            </span>
          ) : null}
        </p>
      </div>
      <span className={css.space} />
      <div className={css.acts}>
        <PhoneActs call={call} />
        {mine && transfer ? <TransferActs call={call} transfer={transfer} /> : null}
        {talking ? (
          <>
            <Button
              variant="default"
              leftSection={held ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
              onClick={() => run(held ? 'resume' : 'hold')}
            >
              {held ? 'Resume' : 'Hold'}
            </Button>
            <Button
              variant="default"
              leftSection={<IconArrowForwardUp size={16} />}
              onClick={() => setTransferring(true)}
            >
              Transfer
            </Button>
            <ParkAct call={call} />
            <RecordAct call={call} />
            <TransferSheet call={call} opened={transferring} onClose={() => setTransferring(false)} />
          </>
        ) : null}
        <Button
          color="var(--red-fill)"
          leftSection={<IconPhoneOff size={16} />}
          onClick={() => run('hang-up')}
        >
          {isOffered(call, me.userId) ? 'Decline' : 'Hang up'}
        </Button>
      </div>
    </div>
  )
}

function isOffered({ state, direction, transfer }: LiveCallView, myId: string): boolean {
  if (transfer) return transfer.to.id === myId && transfer.state === 'ringing'
  return state === 'ringing' && direction === 'in'
}

function stateWords(call: LiveCallView): string {
  if (call.state === 'held') return 'On hold'
  if (call.state === 'talking') return 'On call'
  return call.direction === 'in' ? 'Rings on your phone: answer there' : 'Calling'
}
