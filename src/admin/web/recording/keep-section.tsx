import { Button, NumberInput } from '@mantine/core'
import type { RecordingRulesView } from '#admin/recording-view.ts'
import section from '../calling/section.module.css'
import { useMay } from '../data/me.ts'
import { useSaveKeeping } from '../data/recordings.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { wholeOrNull } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'
import { bytesWords } from '../task/bytes-words.ts'

/** How long recordings are kept where no rule says otherwise. */
export function KeepSection({ view }: { readonly view: RecordingRulesView }) {
  const { settings, kept } = view
  const mayWrite = useMay('recording.write')
  const save = useSaveKeeping()
  const send = (fields: FormData) =>
    save.mutate(
      { keepDays: wholeOrNull(fields, 'talks'), keepVoicemailDays: wholeOrNull(fields, 'voicemails') },
      { onSuccess: () => tellDone('Saved.') },
    )
  const held = kept.held === 0 ? '' : `, ${kept.held} of them held`
  return (
    <section className={section.section} aria-label="How long they are kept">
      <div>
        <h2 className={section.title}>How long they are kept</h2>
        <p className={section.hint}>
          Then the file is deleted and the task keeps the proof. What is held is never deleted. Kept now:{' '}
          {kept.recordings}, {bytesWords(kept.bytes)}
          {held}.
        </p>
      </div>
      <fieldset className={section.content} disabled={!mayWrite}>
        <Form label="How long they are kept" error={save.error} onSend={send}>
          <div className={look.pair}>
            <NumberInput
              label="Calls (days)"
              name="talks"
              placeholder="For ever"
              min={1}
              max={36_500}
              allowDecimal={false}
              defaultValue={settings.keepDays ?? ''}
            />
            <NumberInput
              label="Voicemail (days)"
              name="voicemails"
              placeholder="For ever"
              min={1}
              max={36_500}
              allowDecimal={false}
              defaultValue={settings.keepVoicemailDays ?? ''}
            />
          </div>
          {mayWrite ? (
            <div className={look.buttons}>
              <Button type="submit" variant="default" loading={save.isPending}>
                Save
              </Button>
            </div>
          ) : null}
        </Form>
      </fieldset>
    </section>
  )
}
