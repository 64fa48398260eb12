import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPencil } from '@tabler/icons-react'
import type { CallerView, CallingView } from '#admin/calling-view.ts'
import { useMay } from '../data/me.ts'
import rows from '../settings/rows.module.css'
import { CallerSheet } from './caller-sheet.tsx'
import { reachWords } from './reach-words.ts'

interface CallerRowProps {
  readonly caller: CallerView
  readonly view: CallingView
}

export function CallerRow({ caller, view }: CallerRowProps) {
  const mayWrite = useMay('calling.write')
  const [editing, edit] = useDisclosure(false)
  const { user, settings, usage } = caller
  const shown = view.numbers.find(({ number }) => number === settings.callerId)?.shown
  const facts = [
    reachWords[settings.reach],
    settings.withheld ? 'number withheld' : shown ? `shows ${shown}` : undefined,
    Object.keys(settings.limits).length > 0 ? 'own limits' : undefined,
    `today ${usage.callsPerDay} ${usage.callsPerDay === 1 ? 'call' : 'calls'}, ${usage.minutesPerDay} min`,
  ].filter((fact) => fact !== undefined)
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p className={rows.name}>{user.name}</p>
        <p className={rows.under}>{facts.join(' · ')}</p>
      </div>
      {mayWrite ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Edit how ${user.name} calls out`}
          onClick={edit.open}
        >
          <IconPencil size={18} stroke={1.6} />
        </ActionIcon>
      ) : null}
      <CallerSheet caller={caller} view={view} opened={editing} onClose={edit.close} />
    </li>
  )
}
