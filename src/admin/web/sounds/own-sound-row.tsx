import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconTrash } from '@tabler/icons-react'
import type { SoundView } from '#admin/plan-view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteSound } from '../data/plans.ts'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { timerWords } from '../time/words.ts'
import { PlaySound } from './play-sound.tsx'

export function OwnSoundRow({ sound }: { readonly sound: SoundView }) {
  const use =
    sound.kind === 'prompt' ? 'Announcement' : sound.replaces ? 'Hold music of the company' : 'Music'
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>{sound.name}</p>
        <p className={rows.under}>
          <span>{use}</span>
          <span className="figures">{timerWords(sound.durationMs)}</span>
        </p>
      </div>
      <span className={rows.side}>
        <PlaySound url={sound.url} name={sound.name} />
        <DeleteSound sound={sound} />
      </span>
    </li>
  )
}

export function DeleteSound({ sound }: { readonly sound: SoundView }) {
  const mayWrite = useMay('numbers.write')
  const remove = useDeleteSound(sound.id)
  const [removing, confirm] = useDisclosure(false)
  if (!mayWrite) return null
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${sound.name}`} onClick={confirm.open}>
        <IconTrash size={18} stroke={1.6} />
      </ActionIcon>
      <ConfirmSheet
        opened={removing}
        title={`Delete ${sound.name}?`}
        word="Delete the sound"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        {sound.replaces ? 'Callers hear ours again.' : 'The file goes; keep a copy if you may want it again.'}
      </ConfirmSheet>
    </>
  )
}
