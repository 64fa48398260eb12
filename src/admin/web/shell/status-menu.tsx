import { Menu, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconLogout, IconSettings, IconUserCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { statusesQuery, useMay, useMe, useSetStatus } from '../data/me.ts'
import { useSignOut } from '../data/sign-in.ts'
import { Initials } from '../look/initials.tsx'
import { StateDot } from '../look/state-dot.tsx'
import { useStatusLight } from '../look/status-light.ts'
import { Countdown } from '../time/countdown.tsx'
import { Timer } from '../time/timer.tsx'
import css from './status-menu.module.css'
import { ThemeChoice } from './theme-choice.tsx'

/** Always on top (S4): who I am, my status, for how long; and the way out. */
export function StatusMenu() {
  const me = useMe()
  const maySettings = useMay('trunks.read')
  const { data: statuses } = useQuery(statusesQuery)
  const setStatus = useSetStatus()
  const signOut = useSignOut()
  const { status } = me
  const light = useStatusLight(status)
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={css.button}>
          <VisuallyHidden>Your status:</VisuallyHidden>
          <StateDot kind={light} />
          <span className={css.words}>
            <span className={css.label}>{status.label}</span>
            <span className={css.time}>
              {typeof status.automatic?.endsAt === 'number' ? (
                <Countdown until={status.automatic.endsAt} />
              ) : (
                <Timer since={status.since} />
              )}
            </span>
          </span>
          <Initials name={me.name} size={26} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={css.who}>
          <p className={css.name}>{me.name}</p>
          <p className={css.mail}>{me.email}</p>
        </div>
        <Menu.Divider />
        <Menu.Label>Status</Menu.Label>
        {statuses?.map((choice) => (
          <Menu.Item
            key={choice.id}
            leftSection={<StateDot kind={choice.kind} />}
            rightSection={choice.id === status.id ? <IconCheck size={15} aria-label="now" /> : null}
            onClick={() => setStatus.mutate(choice)}
          >
            {choice.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <ThemeChoice />
        <Menu.Divider />
        <Menu.Item component={Link} to="/me" leftSection={<IconUserCircle size={16} />}>
          Your account
        </Menu.Item>
        {maySettings ? (
          <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} />}>
            Settings
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
        <Menu.Label>Cordboard {me.version}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}
