import {
  IconArrowRight,
  IconBuildingBroadcastTower,
  IconMusic,
  IconPlayerRecord,
  IconUsers,
} from '@tabler/icons-react'
import type { NumberView } from '#admin/view.ts'
import css from './number-flow.module.css'

interface NumberFlowProps {
  readonly number: NumberView
}

/** What happens to a call, from left to right. */
export function NumberFlow({ number }: NumberFlowProps) {
  const skills = number.skills.map(({ name }) => name).join(' and ')
  return (
    <div className={css.flow}>
      <span className={css.step}>
        <IconBuildingBroadcastTower size={15} stroke={1.7} aria-hidden="true" />
        {number.trunk.label}
      </span>
      <IconArrowRight size={14} className={css.arrow} aria-label="then" />
      <span className={css.step}>
        <IconMusic size={15} stroke={1.7} aria-hidden="true" />
        Music while waiting
      </span>
      <IconArrowRight size={14} className={css.arrow} aria-label="then" />
      <span className={css.step}>
        <IconUsers size={15} stroke={1.7} aria-hidden="true" />
        {skills ? `People with ${skills}` : 'Everybody'}
      </span>
      {number.recording ? (
        <span className={css.step}>
          <IconPlayerRecord size={15} stroke={1.7} aria-hidden="true" />
          Recorded
        </span>
      ) : null}
    </div>
  )
}
