// The waveform player: the one user of wavesurfer.js, loaded only when a recording is on the page.
import { type RefObject, useEffect, useRef, useState } from 'react'
import type WaveSurfer from 'wavesurfer.js'
import type { RecordingView } from '#admin/view.ts'
import { styleNonce } from '../look/nonce.ts'

export interface Waveform {
  readonly state: 'loading' | 'ready' | 'broken'
  readonly playing: boolean
  readonly atMs: number
  readonly toggle: () => void
}

export function useWaveform(place: RefObject<HTMLDivElement | null>, recording: RecordingView): Waveform {
  const player = useRef<WaveSurfer>(undefined)
  const [state, setState] = useState<Waveform['state']>('loading')
  const [playing, setPlaying] = useState(false)
  const [atMs, setAtMs] = useState(0)
  const { url, ready } = recording

  useEffect(() => {
    if (!ready || !place.current) return
    let left = false
    const container = place.current
    const load = async () => {
      const { default: WaveSurfer } = await import('wavesurfer.js')
      if (left) return
      const colours = getComputedStyle(document.documentElement)
      const made = WaveSurfer.create({
        container,
        url,
        height: 40,
        barWidth: 2,
        barGap: 1.5,
        barRadius: 2,
        normalize: true,
        waveColor: colours.getPropertyValue('--line-strong'),
        progressColor: colours.getPropertyValue('--accent'),
        cursorColor: colours.getPropertyValue('--accent'),
        cspNonce: styleNonce(),
      })
      player.current = made
      made.on('ready', () => setState('ready'))
      made.on('play', () => setPlaying(true))
      made.on('pause', () => setPlaying(false))
      made.on('timeupdate', (seconds) => setAtMs(seconds * 1000))
      made.on('error', () => !left && setState('broken'))
    }
    load().catch(() => setState('broken'))
    return () => {
      left = true
      player.current?.destroy()
      player.current = undefined
    }
  }, [place, url, ready])

  return { state, playing, atMs, toggle: () => void player.current?.playPause() }
}
