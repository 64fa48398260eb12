import { Button, FileInput, Modal, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { PromptView } from '#admin/plan-view.ts'
import { type UploadFields, useUploadSound } from '../data/plans.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { text } from '../look/form-fields.ts'

export interface Upload {
  /** The one to replace; none: a sound of its own. */
  readonly prompt?: PromptView
}

interface UploadSheetProps {
  readonly upload: Upload
  readonly opened: boolean
  readonly onClose: () => void
}

const uses = [
  { value: 'prompt', label: 'An announcement, for plans' },
  { value: 'music', label: 'Music, for a queue' },
  { value: 'hold', label: 'The hold music of the company' },
]

export function UploadSheet({ upload: { prompt }, opened, onClose }: UploadSheetProps) {
  const send = useUploadSound()
  const [file, choose] = useState<File | null>(null)
  const title = prompt ? 'Replace a prompt' : 'Upload a sound'
  const start = (fields: FormData) => {
    if (!file) return
    const use = prompt ? 'prompt' : text(fields, 'use')
    const upload: UploadFields = {
      file,
      name: text(fields, 'name') || file.name.replace(/\.[^.]*$/, '').slice(0, 60),
      kind: use === 'prompt' ? 'prompt' : 'music',
      replaces: prompt
        ? { prompt: prompt.name, language: text(fields, 'language') || 'en' }
        : use === 'hold'
          ? { prompt: 'music', language: '*' }
          : null,
    }
    send.mutate(upload, { onSuccess: onClose })
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form label={title} error={send.error} onSend={start}>
        {prompt ? <p>Said instead of “{prompt.text}”</p> : null}
        <FileInput
          label="File"
          description="MP3, WAV, FLAC, Ogg and most others; it is converted for the telephone"
          placeholder="Choose a file"
          accept="audio/*,video/mp4,video/webm"
          required
          value={file}
          onChange={choose}
          data-autofocus
        />
        <TextInput label="Name" placeholder="The name of the file" name="name" maxLength={60} />
        {prompt ? (
          <TextInput
            label="Language"
            description="Two letters"
            name="language"
            defaultValue="en"
            maxLength={2}
          />
        ) : (
          <Select label="What it is" name="use" data={uses} defaultValue="prompt" allowDeselect={false} />
        )}
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!file} loading={send.isPending}>
            Upload
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
