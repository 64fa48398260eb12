import { Button } from '@mantine/core'
import { IconPhonePlus, IconPlus } from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import { useMay, useMe } from '../data/me.ts'
import { Logo } from '../look/logo.tsx'
import { PhoneMenu } from '../phone/phone-menu.tsx'
import { SearchField } from './search-field.tsx'
import { openSheet } from './sheet.ts'
import { StatusMenu } from './status-menu.tsx'
import css from './top-bar.module.css'

export function TopBar() {
  const me = useMe()
  const maySettings = useMay('trunks.read')
  const path = useRouterState({ select: (state) => state.location.pathname })
  const onDesk = path.startsWith('/desk') || path.startsWith('/task')
  return (
    <section className={css.bar} aria-label="Top bar">
      <Link to="/desk" className={css.brand} aria-label={`${me.company}, to the desk`}>
        <Logo />
        <span className={css.company}>{me.company}</span>
      </Link>
      <nav className={css.nav} aria-label="Main">
        <Link to="/desk" className={onDesk ? `${css.link} ${css.here}` : css.link}>
          Desk
        </Link>
        {maySettings ? (
          <Link to="/settings" className={css.link}>
            Settings
          </Link>
        ) : null}
      </nav>
      <div className={css.search}>
        <SearchField />
      </div>
      <div className={css.acts}>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => openSheet('new-task')}>
          New task
        </Button>
        <Button leftSection={<IconPhonePlus size={16} />} onClick={() => openSheet('dial')}>
          Dial
        </Button>
      </div>
      <PhoneMenu />
      <StatusMenu />
    </section>
  )
}
