import { ActionIcon } from '@mantine/core'
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { tellSentence } from '../look/tell.ts'

/** Plays from the start, one press; another press, or leaving, stops it. */
export function PlaySound({ url, name }: { readonly url: string; readonly name: string }) {
  const sound = useRef<HTMLAudioElement | undefined>(undefined)
  const [playing, setPlaying] = useState(false)
  const stop = () => {
    sound.current?.pause()
    sound.current = undefined
    setPlaying(false)
  }
  useEffect(() => () => sound.current?.pause(), [])
  const start = () => {
    const audio = new Audio(url)
    sound.current = audio
    setPlaying(true)
    audio.addEventListener('ended', stop)
    audio.play().catch(() => {
      stop()
      tellSentence(`“${name}” cannot be played here.`)
    })
  }
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={playing ? `Stop ${name}` : `Play ${name}`}
      onClick={playing ? stop : start}
    >
      {playing ? <IconPlayerStopFilled size={17} /> : <IconPlayerPlayFilled size={17} />}
    </ActionIcon>
  )
}
