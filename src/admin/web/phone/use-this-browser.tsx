import { Button } from '@mantine/core'
import { IconHeadset } from '@tabler/icons-react'
import { useState } from 'react'
import { tellSentence } from '../look/tell.ts'
import { browserPhone } from './browser-phone.ts'
import { whyNoMicrophone } from './microphone.ts'
import { useBrowserPhone, usePhoneState } from './use-browser-phone.ts'

interface UseThisBrowserProps {
  readonly small?: boolean
  /** The next step of the page, so it stands out. */
  readonly next?: boolean
}

/** Makes this browser a phone in one click; not shown where it cannot become one. */
export function UseThisBrowser({ small, next }: UseThisBrowserProps) {
  const server = usePhoneState()
  const { settings } = useBrowserPhone()
  const [asking, setAsking] = useState(false)
  if (server?.kind !== 'ready' || settings.on || whyNoMicrophone() !== undefined) return null
  const turnOn = async () => {
    setAsking(true)
    await browserPhone.turnOn()
    setAsking(false)
    const { problem } = browserPhone.read()
    if (problem) tellSentence(problem)
  }
  return (
    <Button
      size={small ? 'xs' : 'sm'}
      variant={next ? 'filled' : 'default'}
      leftSection={<IconHeadset size={16} stroke={1.8} />}
      loading={asking}
      onClick={() => void turnOn()}
    >
      Use this browser
    </Button>
  )
}
