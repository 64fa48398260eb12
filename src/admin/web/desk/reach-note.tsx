import { Button } from '@mantine/core'
import { IconMoon, IconPhoneOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { statusesQuery, useMay, useMe, useSetStatus } from '../data/me.ts'
import { peopleQuery } from '../data/people.ts'
import { LinkButton } from '../look/link-button.tsx'
import { UseThisBrowser } from '../phone/use-this-browser.tsx'
import { AutomaticNote } from './automatic-note.tsx'
import css from './reach-note.module.css'

/** Says why no call can reach me, before I wonder why it is so quiet. */
export function ReachNote() {
  const me = useMe()
  const mayPhones = useMay('phones.write')
  const { data: people } = useQuery(peopleQuery)
  const { data: statuses } = useQuery(statusesQuery)
  const setStatus = useSetStatus()
  const ready = statuses?.find(({ id }) => id === 'ready')
  const phones = people?.find(({ id }) => id === me.userId)?.phones
  const { automatic } = me.status
  if (automatic) return <AutomaticNote status={me.status} automatic={automatic} />
  if (me.status.id === 'offline' && ready)
    return (
      <div className={css.note} role="status">
        <IconMoon size={17} stroke={1.8} aria-hidden="true" />
        <span className={css.words}>You are offline, so no call reaches you.</span>
        <Button size="xs" variant="default" onClick={() => setStatus.mutate(ready)}>
          I am ready
        </Button>
      </div>
    )
  if (me.status.id === 'ready' && phones?.online === 0)
    return (
      <div className={css.note} role="status">
        <IconPhoneOff size={17} stroke={1.8} aria-hidden="true" />
        <span className={css.words}>No phone of yours is connected.</span>
        <UseThisBrowser small />
        {mayPhones ? (
          <LinkButton to="/settings/phones" size="xs" variant="default">
            Phones
          </LinkButton>
        ) : null}
      </div>
    )
  return null
}
