import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp, IconPencil, IconTrash } from '@tabler/icons-react'
import type { CallingView, OutboundRule } from '#admin/calling-view.ts'
import type { TrunkView } from '#admin/view.ts'
import { useDeleteRule, useMoveRule } from '../data/calling.ts'
import { useMay } from '../data/me.ts'
import { StateDot } from '../look/state-dot.tsx'
import { tellProblem } from '../look/tell.ts'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { typeWords } from './number-types.ts'
import css from './rule-row.module.css'
import { RuleSheet } from './rule-sheet.tsx'

interface RuleRowProps {
  readonly rule: OutboundRule
  readonly place: number
  readonly isLast: boolean
  readonly view: CallingView
  readonly trunks: readonly TrunkView[]
}

export function RuleRow({ rule, place, isLast, view, trunks }: RuleRowProps) {
  const mayWrite = useMay('calling.write')
  const move = useMoveRule(rule.id)
  const remove = useDeleteRule(rule.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  const moveTo = (to: number) => move.mutate(to, { onError: tellProblem })
  return (
    <li className={`${rows.row} ${rows.loose}`}>
      <div className={rows.main}>
        <p className={rows.name}>
          <span className="figures">{place + 1}.</span> {rule.name}
          {rule.enabled ? null : <span className={rows.light}>not in use</span>}
        </p>
        <p className={rows.under}>
          {fitsWords(rule, view)} <span aria-hidden="true">→</span>{' '}
          <span className={rows.state}>
            {rule.act === 'refuse' ? <StateDot kind="red" /> : null}
            {goesWords(rule, view, trunks)}
          </span>
        </p>
      </div>
      {mayWrite ? (
        <span className={css.acts}>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={place === 0}
            aria-label={`Ask ${rule.name} earlier`}
            onClick={() => moveTo(place - 1)}
          >
            <IconArrowUp size={18} stroke={1.6} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={isLast}
            aria-label={`Ask ${rule.name} later`}
            onClick={() => moveTo(place + 1)}
          >
            <IconArrowDown size={18} stroke={1.6} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${rule.name}`} onClick={edit.open}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${rule.name}`} onClick={confirm.open}>
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        </span>
      ) : null}
      <RuleSheet rule={rule} view={view} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${rule.name}?`}
        word="Delete the rule"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        Calls it decided follow the next rule that fits, or any trunk.
      </ConfirmSheet>
    </li>
  )
}

function fitsWords(rule: OutboundRule, view: CallingView): string {
  const nameOf = (code: string) =>
    view.countries.find(({ country }) => country === code)?.name ??
    new Intl.DisplayNames('en', { type: 'region' }).of(code) ??
    code
  const parts = [
    rule.prefixes.join(', '),
    rule.countries.map(nameOf).join(', '),
    rule.types.map((type) => typeWords[type].toLowerCase()).join(', '),
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Every number' : parts.join(' · ')
}

function goesWords(rule: OutboundRule, view: CallingView, trunks: readonly TrunkView[]): string {
  if (rule.act === 'refuse') return 'refused'
  const labels = rule.trunks
    .toSorted((a, b) => a.order - b.order)
    .map(({ trunkId }) => trunks.find(({ id }) => id === trunkId)?.label ?? 'a trunk that is gone')
  const shown = view.numbers.find(({ number }) => number === rule.callerId)?.shown
  return `${labels.length === 0 ? 'any trunk' : labels.join(', then ')}${shown ? `, showing ${shown}` : ''}`
}
