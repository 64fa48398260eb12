import { ActionIcon, Popover, Switch } from '@mantine/core'
import { IconHeadset, IconHeadsetOff } from '@tabler/icons-react'
import { useState } from 'react'
import { StateDot } from '../look/state-dot.tsx'
import { type BrowserPhoneView, browserPhone } from './browser-phone.ts'
import { PhoneDevices } from './phone-devices.tsx'
import css from './phone-menu.module.css'
import { useBrowserPhone, usePhoneAtWork, usePhoneState } from './use-browser-phone.ts'

/** On top beside the status: whether this browser is a phone, and with which devices. */
export function PhoneMenu() {
  usePhoneAtWork()
  const [opened, setOpened] = useState(false)
  const server = usePhoneState()
  const phone = useBrowserPhone()
  const { on } = phone.settings
  const ready = server?.kind === 'ready'
  const { light, words } = standing(phone, ready)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={320} trapFocus withArrow>
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={36}
          radius="xl"
          aria-label={`Phone in this browser: ${words}`}
          title="Phone in this browser"
          onClick={() => setOpened(!opened)}
        >
          {on ? <IconHeadset size={19} stroke={1.7} /> : <IconHeadsetOff size={19} stroke={1.7} />}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={css.panel}>
          <p className={css.title}>
            <StateDot kind={light} /> Phone in this browser: {words}
          </p>
          {ready ? null : <p className={css.words}>{server?.sentence ?? 'Asking the server…'}</p>}
          {phone.problem ? (
            <p className={css.problem} role="alert">
              {phone.problem}
            </p>
          ) : null}
          <Switch
            label="Take calls in this browser"
            checked={on}
            disabled={!ready && !on}
            onChange={() => (on ? browserPhone.turnOff() : void browserPhone.turnOn())}
          />
          {on && opened ? <PhoneDevices /> : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function standing(
  { settings, place, legs }: BrowserPhoneView,
  ready: boolean,
): { light: 'green' | 'amber' | 'grey'; words: string } {
  if (!settings.on) return { light: 'grey', words: 'off' }
  if (legs.some(({ state }) => state === 'talking')) return { light: 'green', words: 'on a call' }
  if (place === 'waiting') return { light: 'grey', words: 'in another tab' }
  if (place !== 'here') return { light: 'amber', words: 'no connection' }
  return ready ? { light: 'green', words: 'on' } : { light: 'amber', words: 'being prepared' }
}
