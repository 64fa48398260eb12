import { NativeSelect, Switch } from '@mantine/core'
import { useEffect, useState } from 'react'
import { browserPhone } from './browser-phone.ts'
import { LevelMeter } from './level-meter.tsx'
import { closeStream, openMicrophone } from './microphone.ts'
import type { PhoneSettings } from './phone-settings.ts'
import { useBrowserPhone } from './use-browser-phone.ts'

const choices = [
  { what: 'microphone', kind: 'audioinput', label: 'Microphone' },
  { what: 'speaker', kind: 'audiooutput', label: 'Speaker' },
  { what: 'ringer', kind: 'audiooutput', label: 'Rings on' },
] as const

/** The devices of this browser's phone, and whether the microphone hears anything. */
export function PhoneDevices() {
  const { settings } = useBrowserPhone()
  const devices = useDevices()
  const stream = useMicrophone(settings)
  return (
    <>
      {choices.map(({ what, kind, label }) => {
        const fitting = devices.filter((device) => device.kind === kind && device.deviceId !== '')
        // Browsers that let nobody choose a speaker list none.
        if (fitting.length === 0) return null
        return (
          <NativeSelect
            key={what}
            label={label}
            value={fitting.some(({ deviceId }) => deviceId === settings[what]) ? settings[what] : ''}
            onChange={({ currentTarget }) => browserPhone.change({ [what]: currentTarget.value })}
            data={[
              { value: '', label: "The system's choice" },
              ...fitting.map(({ deviceId, label: name }) => ({ value: deviceId, label: name || deviceId })),
            ]}
          />
        )
      })}
      <LevelMeter stream={stream} label="What the microphone hears" />
      <Switch
        label="Take out echo and noise"
        checked={settings.clean}
        onChange={({ currentTarget }) => browserPhone.change({ clean: currentTarget.checked })}
      />
    </>
  )
}

function useDevices(): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([])
  useEffect(() => {
    const list = () => void navigator.mediaDevices.enumerateDevices().then(setDevices)
    list()
    navigator.mediaDevices.addEventListener('devicechange', list)
    return () => navigator.mediaDevices.removeEventListener('devicechange', list)
  }, [])
  return devices
}

/** The running call's microphone, or one opened for as long as somebody looks. */
function useMicrophone(settings: PhoneSettings): MediaStream | undefined {
  const [own, setOwn] = useState<MediaStream>()
  const inCall = browserPhone.microphone()
  const { microphone, clean } = settings
  useEffect(() => {
    if (inCall) return
    let left = false
    let opened: MediaStream | undefined
    openMicrophone({ ...browserPhone.read().settings, microphone, clean }).then(
      (stream) => {
        opened = stream
        if (left) closeStream(stream)
        else setOwn(stream)
      },
      () => setOwn(undefined),
    )
    return () => {
      left = true
      if (opened) closeStream(opened)
      setOwn(undefined)
    }
  }, [inCall, microphone, clean])
  return inCall ?? own
}
