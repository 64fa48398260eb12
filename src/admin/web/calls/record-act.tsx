import { Button } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerRecordFilled } from '@tabler/icons-react'
import type { LiveCallView } from '#admin/view.ts'
import { useSteerRecording } from '../data/recordings.ts'
import { tellProblem } from '../look/tell.ts'

/** C4: pauses the recording, lets it go on, or begins it where a rule leaves that to the person. */
export function RecordAct({ call }: { readonly call: LiveCallView }) {
  const steer = useSteerRecording(call.id)
  const next = nextOf(call.recordingState)
  if (!next) return null
  const Picture = next.act === 'pause' ? IconPlayerPauseFilled : IconPlayerRecordFilled
  return (
    <Button
      variant="default"
      leftSection={<Picture size={14} aria-hidden="true" />}
      loading={steer.isPending}
      onClick={() => steer.mutate(next.act, { onError: tellProblem })}
    >
      {next.word}
    </Button>
  )
}

function nextOf(state: LiveCallView['recordingState']) {
  if (state === 'recording') return { act: 'pause', word: 'Pause recording' } as const
  if (state === 'paused') return { act: 'resume', word: 'Go on recording' } as const
  return state === 'available' ? ({ act: 'start', word: 'Record' } as const) : undefined
}
