import { Button } from '@mantine/core'
import { IconDeviceLaptop } from '@tabler/icons-react'
import type { SessionView } from '#admin/view.ts'
import { useEndSession } from '../data/sign-in.ts'
import { tellProblem } from '../look/tell.ts'
import rows from '../settings/rows.module.css'
import { Moment } from '../time/moment.tsx'

interface SessionRowProps {
  readonly session: SessionView
}

export function SessionRow({ session }: SessionRowProps) {
  const end = useEndSession()
  return (
    <li className={`${rows.row} ${rows.loose}`}>
      <IconDeviceLaptop size={24} stroke={1.5} aria-hidden="true" color="var(--text-faint)" />
      <div className={rows.main}>
        <p className={rows.name}>{session.browser}</p>
        <p className={rows.under}>
          <span>{session.address || 'Unknown address'}</span>
          <span>
            since <Moment at={session.createdAt} />, last seen <Moment at={session.lastSeenAt} />
          </span>
        </p>
      </div>
      {session.current ? (
        <span className={rows.side}>This browser</span>
      ) : (
        <Button
          variant="default"
          size="xs"
          loading={end.isPending}
          onClick={() => end.mutate(session.id, { onError: tellProblem })}
        >
          Sign out there
        </Button>
      )}
    </li>
  )
}
