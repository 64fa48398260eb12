import { Button, Popover } from '@mantine/core'
import { IconDialpad, IconMicrophone, IconMicrophoneOff, IconPhone } from '@tabler/icons-react'
import type { LiveCallView } from '#admin/view.ts'
import { browserPhone } from './browser-phone.ts'
import css from './phone-acts.module.css'
import { useBrowserPhone, usePhoneLeg } from './use-browser-phone.ts'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** What only this browser's phone can do with a call: answer it here, mute, press keys. Nothing for other phones' calls. */
export function PhoneActs({ call }: { readonly call: LiveCallView }) {
  const leg = usePhoneLeg(call.id)
  const { muted } = useBrowserPhone()
  if (!leg) return null
  if (leg.state === 'ringing')
    return (
      <Button
        color="var(--green-fill)"
        leftSection={<IconPhone size={16} />}
        onClick={() => browserPhone.answer(leg.id)}
      >
        Answer
      </Button>
    )
  return (
    <>
      <Button
        variant="default"
        aria-pressed={muted}
        leftSection={muted ? <IconMicrophoneOff size={16} /> : <IconMicrophone size={16} />}
        onClick={() => browserPhone.mute(!muted)}
      >
        {muted ? 'Unmute' : 'Mute'}
      </Button>
      <Popover position="top" trapFocus withArrow>
        <Popover.Target>
          <Button variant="default" leftSection={<IconDialpad size={16} />}>
            Keys
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className={css.pad}>
            {keys.map((key) => (
              <button key={key} type="button" className={css.key} onClick={() => browserPhone.sendKey(key)}>
                {key}
              </button>
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
    </>
  )
}
