import {
  IconBuildingBroadcastTower,
  IconClockHour9,
  IconDeviceLandlinePhone,
  IconGauge,
  IconHash,
  IconHeartbeat,
  IconMailbox,
  IconMicrophone,
  IconMusic,
  IconRoute,
  IconTag,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react'
import { Link, Outlet } from '@tanstack/react-router'
import { useMe } from '../data/me.ts'
import css from './settings-layout.module.css'

const pages = [
  { to: '/settings/trunks', label: 'Trunks', permission: 'trunks.read', Picture: IconBuildingBroadcastTower },
  { to: '/settings/numbers', label: 'Numbers', permission: 'numbers.read', Picture: IconHash },
  { to: '/settings/hours', label: 'Opening hours', permission: 'numbers.read', Picture: IconClockHour9 },
  { to: '/settings/sounds', label: 'Music and prompts', permission: 'numbers.read', Picture: IconMusic },
  { to: '/settings/outbound', label: 'Outbound', permission: 'calling.read', Picture: IconRoute },
  { to: '/settings/limits', label: 'Limits', permission: 'calling.read', Picture: IconGauge },
  { to: '/settings/recording', label: 'Recording', permission: 'recording.read', Picture: IconMicrophone },
  { to: '/settings/team-calls', label: 'Team calls', permission: 'calling.read', Picture: IconUsersGroup },
  { to: '/settings/people', label: 'People', permission: 'people.read', Picture: IconUsers },
  { to: '/settings/skills', label: 'Skills', permission: 'people.read', Picture: IconTag },
  { to: '/settings/phones', label: 'Phones', permission: 'phones.read', Picture: IconDeviceLandlinePhone },
  { to: '/settings/mailboxes', label: 'Mailboxes', permission: 'mailboxes.read', Picture: IconMailbox },
  { to: '/settings/health', label: 'Health', permission: 'health.read', Picture: IconHeartbeat },
] as const

export function SettingsLayout() {
  const { permissions } = useMe()
  return (
    <div className={css.layout}>
      <nav className={css.nav} aria-label="Settings">
        <ul className={css.links}>
          {pages
            .filter(({ permission }) => permissions.includes(permission))
            .map(({ to, label, Picture }) => (
              <li key={to}>
                <Link to={to} className={css.link}>
                  <Picture size={18} stroke={1.6} aria-hidden="true" />
                  {label}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <main className={css.page}>
        <Outlet />
      </main>
    </div>
  )
}
