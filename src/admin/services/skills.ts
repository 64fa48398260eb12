// Skills as the pages show them.
import type { SkillsPort } from '#admin/ports.ts'
import type { SkillView } from '#admin/view.ts'
import { changeSkill, createSkill, listSkills, type Skill } from '#people/skill.ts'
import type { TenantParts } from './parts.ts'

export function skillsPort({ tenant, clock }: TenantParts): SkillsPort {
  return {
    list: () => listSkills(tenant.db).map(skillView),
    create: (name) => skillView(createSkill(tenant.db, { name }, clock.now())),
    update: (skillId, change) => skillView(changeSkill(tenant.db, skillId, change, clock.now())),
  }
}

export function skillView(skill: Skill): SkillView {
  return { id: skill.id, name: skill.name, active: skill.active }
}

/** The views of these skills, in the company's order; unknown ids are left out. */
export function skillViews(skills: readonly Skill[], ids: readonly string[]): readonly SkillView[] {
  return skills.filter((skill) => ids.includes(skill.id)).map(skillView)
}
