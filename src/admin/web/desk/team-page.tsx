import css from './team-page.module.css'
import { TeamRail } from './team-rail.tsx'

/** The team as a page of its own, for small screens. */
export function TeamPage() {
  return (
    <main className={css.page}>
      <h1 className={css.title}>Team</h1>
      <TeamRail />
    </main>
  )
}
