import { ActionIcon, Loader, Tooltip } from '@mantine/core'
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useRef } from 'react'
import type { RecordingView } from '#admin/view.ts'
import { timerWords } from '../time/words.ts'
import css from './recording-item.module.css'
import { useWaveform } from './use-waveform.ts'

interface RecordingItemProps {
  readonly recording: RecordingView
}

/** C8: played with a waveform; above the customer, below us. */
export function RecordingItem({ recording }: RecordingItemProps) {
  const place = useRef<HTMLDivElement>(null)
  const wave = useWaveform(place, recording)
  if (recording.deleted)
    return (
      <div className={css.item}>
        <span className={css.waiting}>This recording was deleted.</span>
      </div>
    )
  if (!recording.ready)
    return (
      <div className={css.item}>
        <span className={css.waiting}>Still being recorded; it can be played when the call is over.</span>
      </div>
    )
  return (
    <div className={css.item}>
      <ActionIcon
        radius="xl"
        size={36}
        aria-label={wave.playing ? 'Pause the recording' : 'Play the recording'}
        disabled={wave.state === 'broken'}
        onClick={wave.toggle}
      >
        {wave.state === 'loading' ? (
          <Loader size={16} color="white" />
        ) : wave.playing ? (
          <IconPlayerPauseFilled size={17} />
        ) : (
          <IconPlayerPlayFilled size={17} />
        )}
      </ActionIcon>
      {wave.state === 'broken' ? (
        <span className={css.problem}>This recording cannot be played here. Download it instead.</span>
      ) : (
        <div ref={place} className={css.wave} />
      )}
      <span className={css.time}>
        {timerWords(wave.atMs)} / {timerWords(recording.durationMs)}
      </span>
      <Tooltip label="Download">
        <ActionIcon
          component="a"
          href={recording.url}
          download={`recording-${recording.id}.wav`}
          variant="subtle"
          color="gray"
          aria-label="Download the recording"
        >
          <IconDownload size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
