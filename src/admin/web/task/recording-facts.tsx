import { ActionIcon, Button, Modal, TextInput, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLock, IconLockOpen, IconTrash } from '@tabler/icons-react'
import type { RecordingView } from '#admin/recording-view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteRecording, useHoldRecording } from '../data/recordings.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { text } from '../look/form-fields.ts'
import { tellProblem } from '../look/tell.ts'
import { fullWords, timerWords } from '../time/words.ts'
import css from './recording-facts.module.css'

interface RecordingFactsProps {
  readonly recording: RecordingView
  readonly taskId: string
}

/** C8: by which rule, with whose consent, what was left out; hold and deletion, and the proof of it. */
export function RecordingFacts({ recording, taskId }: RecordingFactsProps) {
  const { hold, deleted, ready } = recording
  const mayHold = useMay('recordings.hold')
  const mayDelete = useMay('recordings.delete')
  const holding = useHoldRecording(recording.id, taskId)
  const removing = useDeleteRecording(recording.id, taskId)
  const [asking, ask] = useDisclosure(false)
  const [deleting, remove] = useDisclosure(false)
  const words = factWords(recording)
  return (
    <div className={css.facts}>
      <span className={css.words}>{words.join(' · ')}</span>
      {hold ? (
        <span className={css.held}>
          <IconLock size={13} aria-hidden="true" /> Held by {hold.who}: {hold.reason}
        </span>
      ) : null}
      <span className={css.acts}>
        {mayHold && ready && !deleted ? (
          <Tooltip label={hold ? 'Release' : 'Hold: nothing deletes it'}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={hold ? 'Release the recording' : 'Keep the recording'}
              loading={holding.isPending}
              onClick={() => (hold ? holding.mutate(null, { onError: tellProblem }) : ask.open())}
            >
              {hold ? <IconLockOpen size={17} stroke={1.7} /> : <IconLock size={17} stroke={1.7} />}
            </ActionIcon>
          </Tooltip>
        ) : null}
        {mayDelete && ready && !deleted && !hold ? (
          <Tooltip label="Delete">
            <ActionIcon variant="subtle" color="gray" aria-label="Delete the recording" onClick={remove.open}>
              <IconTrash size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </span>
      <ReasonSheet
        title="Hold the recording"
        hint="Nothing deletes it until it is released."
        word="Hold it"
        opened={asking}
        running={holding.isPending}
        error={holding.error}
        onClose={ask.close}
        onSend={(reason) => holding.mutate(reason, { onSuccess: ask.close })}
      />
      <ReasonSheet
        title="Delete the recording?"
        hint="The sound is gone for good. Who deleted it, when, why and the fingerprint of the file stay with the task."
        word="Delete it"
        danger
        opened={deleting}
        running={removing.isPending}
        error={removing.error}
        onClose={remove.close}
        onSend={(reason) => removing.mutate(reason, { onSuccess: remove.close })}
      />
    </div>
  )
}

interface ReasonSheetProps {
  readonly title: string
  readonly hint: string
  readonly word: string
  readonly danger?: boolean
  readonly opened: boolean
  readonly running: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onSend: (reason: string) => void
}

function ReasonSheet({
  title,
  hint,
  word,
  danger,
  opened,
  running,
  error,
  onClose,
  onSend,
}: ReasonSheetProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm">
      <Form label={title} error={error} onSend={(fields) => onSend(text(fields, 'reason'))}>
        <TextInput label="Reason" description={hint} name="reason" required maxLength={200} data-autofocus />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={running} {...(danger ? { color: 'var(--red-fill)' } : {})}>
            {word}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}

function factWords({ voicemail, rule, consent, pauses, deleted }: RecordingView): readonly string[] {
  const leftOut = pauses.reduce((sum, { ms }) => sum + ms, 0)
  const told =
    consent?.mode === 'announce' ? 'both sides were told' : `the customer agreed by pressing ${consent?.key}`
  return [
    ...(voicemail ? ['Voicemail'] : []),
    ...(rule === null ? [] : [`By the rule “${rule}”`]),
    ...(consent ? [told] : []),
    ...(pauses.length === 0
      ? []
      : [`${pauses.length === 1 ? '1 pause' : `${pauses.length} pauses`}, ${timerWords(leftOut)} left out`]),
    ...(deleted
      ? [
          `Deleted ${fullWords(deleted.at)}${deleted.who === '' ? '' : ` by ${deleted.who}`}: ${deleted.why}`,
          ...(deleted.sha256 === null ? [] : [`SHA-256 ${deleted.sha256}`]),
        ]
      : []),
  ]
}
