import { Button } from '@mantine/core'
import { IconLogout, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { sessionsQuery, useMay, useMe } from '../data/me.ts'
import { useSignOut } from '../data/sign-in.ts'
import { Initials } from '../look/initials.tsx'
import { LinkButton } from '../look/link-button.tsx'
import { Problem } from '../look/problem.tsx'
import { roleWords } from '../people/role-words.ts'
import rows from '../settings/rows.module.css'
import page from '../settings/settings-page.module.css'
import css from './me-page.module.css'
import { SessionRow } from './session-row.tsx'

/** The own account: who I am here, and where I am signed in. */
export function MePage() {
  const me = useMe()
  const maySettings = useMay('trunks.read')
  const sessions = useQuery(sessionsQuery)
  const signOut = useSignOut()
  useEffect(() => {
    document.title = 'Your account · Cordboard'
  }, [])
  return (
    <main className={css.scroll}>
      <div className={`${page.page} ${css.page}`}>
        <div className={css.who}>
          <Initials name={me.name} size={56} />
          <div>
            <h1 className={page.title}>{me.name}</h1>
            <p className={page.purpose}>
              {me.email} · {roleWords[me.role]} at {me.company}
            </p>
          </div>
        </div>
        <section className={css.section}>
          <h2 className={css.title}>Signed in on</h2>
          <div className={page.card}>
            <Problem error={sessions.error} />
            <ul className={rows.rows}>
              {sessions.data?.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
          </div>
        </section>
        <div className={css.acts}>
          {maySettings ? (
            <LinkButton to="/settings" variant="default" leftSection={<IconSettings size={16} />}>
              Settings
            </LinkButton>
          ) : null}
          <Button variant="default" leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
            Sign out
          </Button>
        </div>
      </div>
    </main>
  )
}
