import { IconChecklist, IconPhonePlus, IconUserCircle, IconUsers } from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import css from './bottom-bar.module.css'
import { openSheet } from './sheet.ts'

/** On small screens: the four places, under the thumb. */
export function BottomBar() {
  const onTasks = useRouterState({ select: (state) => /^\/(desk|task)/.test(state.location.pathname) })
  return (
    <nav className={css.bar} aria-label="Places">
      <Link to="/desk" className={onTasks ? `${css.item} ${css.here}` : css.item}>
        <IconChecklist size={22} stroke={1.7} aria-hidden="true" />
        Tasks
      </Link>
      <Link to="/team" className={css.item}>
        <IconUsers size={22} stroke={1.7} aria-hidden="true" />
        Team
      </Link>
      <button type="button" className={css.item} onClick={() => openSheet('dial')}>
        <IconPhonePlus size={22} stroke={1.7} aria-hidden="true" />
        Dial
      </button>
      <Link to="/me" className={css.item}>
        <IconUserCircle size={22} stroke={1.7} aria-hidden="true" />
        Me
      </Link>
    </nav>
  )
}
