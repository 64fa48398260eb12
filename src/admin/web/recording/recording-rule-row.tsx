import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import type { RecordingRule, RecordingRulesView } from '#admin/recording-view.ts'
import { useMay } from '../data/me.ts'
import { useDeleteRecordingRule } from '../data/recordings.ts'
import { StateDot } from '../look/state-dot.tsx'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { RecordingRuleSheet } from './recording-rule-sheet.tsx'
import { aboutWords, actWords, consentWords, daysWords } from './rule-words.ts'

interface RecordingRuleRowProps {
  readonly rule: RecordingRule
  readonly view: RecordingRulesView
}

export function RecordingRuleRow({ rule, view }: RecordingRuleRowProps) {
  const mayWrite = useMay('recording.write')
  const remove = useDeleteRecordingRule(rule.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  return (
    <li className={`${rows.row} ${rows.loose}`}>
      <div className={rows.main}>
        <p className={rows.name}>
          {rule.name}
          {rule.enabled ? null : <span className={rows.light}>not in use</span>}
        </p>
        <p className={rows.under}>
          <span>{aboutWords(rule, view)}</span>
          <span className={rows.state}>
            <StateDot kind={rule.act === 'never' ? 'grey' : rule.act === 'record' ? 'red' : 'orange'} />
            {actWords[rule.act]}
          </span>
          {rule.consent === 'none' || rule.act === 'never' ? null : <span>{consentWords[rule.consent]}</span>}
          {rule.keepDays === null ? null : <span>Kept for {daysWords(rule.keepDays)}</span>}
        </p>
      </div>
      {mayWrite ? (
        <span className={rows.side}>
          <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${rule.name}`} onClick={edit.open}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${rule.name}`} onClick={confirm.open}>
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        </span>
      ) : null}
      <RecordingRuleSheet rule={rule} view={view} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${rule.name}?`}
        word="Delete the rule"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        Recordings it made stay, and are kept their usual time from now on.
      </ConfirmSheet>
    </li>
  )
}
