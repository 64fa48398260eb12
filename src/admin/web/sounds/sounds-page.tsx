import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SoundsView } from '#admin/plan-view.ts'
import { useMay } from '../data/me.ts'
import { soundsQuery } from '../data/plans.ts'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { OwnSoundRow } from './own-sound-row.tsx'
import { PromptRow } from './prompt-row.tsx'
import css from './sounds-page.module.css'
import { type Upload, UploadSheet } from './upload-sheet.tsx'

export function SoundsPage() {
  const sounds = useQuery(soundsQuery)
  const mayWrite = useMay('numbers.write')
  const [opened, sheet] = useDisclosure(false)
  const [upload, choose] = useState<Upload>({})
  const open = (wanted: Upload) => {
    choose(wanted)
    sheet.open()
  }
  return (
    <>
      <SettingsPage
        title="Music and prompts"
        purpose="What callers hear: your music, your greetings, and the words we say for you until you replace them."
        list={{ ...sounds, data: sounds.data && [sounds.data] }}
        act={
          mayWrite ? (
            <Button leftSection={<IconPlus size={16} />} onClick={() => open({})}>
              Upload a sound
            </Button>
          ) : null
        }
        empty={null}
      >
        {sounds.data ? <Sounds view={sounds.data} onReplace={mayWrite ? open : undefined} /> : null}
      </SettingsPage>
      <UploadSheet
        key={`${opened} ${upload.prompt?.name}`}
        upload={upload}
        opened={opened}
        onClose={sheet.close}
      />
    </>
  )
}

interface SoundsProps {
  readonly view: SoundsView
  readonly onReplace: ((upload: Upload) => void) | undefined
}

function Sounds({ view: { own, prompts }, onReplace }: SoundsProps) {
  const free = own.filter(({ replaces }) => replaces === null || replaces.prompt === 'music')
  return (
    <>
      <h2 className={css.title}>Yours</h2>
      {free.length === 0 ? (
        <p className={css.words}>
          Nothing yet: callers hear our hold music. Upload a greeting for a plan, or music for the queue.
        </p>
      ) : (
        <ul className={rows.rows}>
          {free.map((sound) => (
            <OwnSoundRow key={sound.id} sound={sound} />
          ))}
        </ul>
      )}
      <h2 className={css.title}>Said for you</h2>
      <ul className={rows.rows}>
        {prompts
          .filter(({ text }) => text.endsWith('.'))
          .map((prompt) => (
            <PromptRow
              key={prompt.name}
              prompt={prompt}
              instead={own.filter(({ replaces }) => replaces?.prompt === prompt.name)}
              onReplace={onReplace && (() => onReplace({ prompt }))}
            />
          ))}
      </ul>
    </>
  )
}
