import { Button } from '@mantine/core'
import { IconHourglass, IconPhoneX } from '@tabler/icons-react'
import type { StatusView } from '#admin/view.ts'
import { useEndStatus, useExtendStatus } from '../data/me.ts'
import { tellProblem } from '../look/tell.ts'
import { Countdown } from '../time/countdown.tsx'
import css from './reach-note.module.css'

interface AutomaticNoteProps {
  readonly status: StatusView
  readonly automatic: NonNullable<StatusView['automatic']>
}

/** A status I did not choose: why, for how long, and the way out. */
export function AutomaticNote({ status, automatic }: AutomaticNoteProps) {
  const end = useEndStatus()
  const extend = useExtendStatus()
  const { sentence, endsAt, extendable } = automatic
  const Icon = status.id === 'wrap-up' ? IconHourglass : IconPhoneX
  return (
    <div className={css.note} role="status">
      <Icon size={17} stroke={1.8} aria-hidden="true" />
      <span className={css.words}>
        {status.label}: {sentence}{' '}
        {endsAt === null ? (
          'No call reaches you until you are ready.'
        ) : (
          <>
            <Countdown until={endsAt} /> left.
          </>
        )}
      </span>
      <span className={css.acts}>
        {extendable ? (
          <Button
            size="xs"
            variant="subtle"
            loading={extend.isPending}
            onClick={() => extend.mutate(undefined, { onError: tellProblem })}
          >
            More time
          </Button>
        ) : null}
        <Button
          size="xs"
          variant="default"
          loading={end.isPending}
          onClick={() => end.mutate(undefined, { onError: tellProblem })}
        >
          I am ready
        </Button>
      </span>
    </div>
  )
}
