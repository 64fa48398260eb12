import type { SkillView } from '#admin/view.ts'
import css from './skill-chip.module.css'

interface SkillChipProps {
  readonly skill: SkillView
}

export function SkillChip({ skill }: SkillChipProps) {
  return (
    <span
      className={skill.active ? css.chip : `${css.chip} ${css.off}`}
      title={skill.active ? undefined : 'Switched off'}
    >
      {skill.name}
    </span>
  )
}
