// Every address of the app. What stands under `frame` is for signed-in people.
import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { LimitsPage } from './calling/limits-page.tsx'
import { OutboundPage } from './calling/outbound-page.tsx'
import { ApiError } from './data/api-error.ts'
import { meQuery } from './data/me.ts'
import { queryClient } from './data/query-client.ts'
import { setupQuery } from './data/sign-in.ts'
import { DeskPage } from './desk/desk-page.tsx'
import { readDeskSearch } from './desk/desk-search.ts'
import { NothingOpen } from './desk/nothing-open.tsx'
import { TeamPage } from './desk/team-page.tsx'
import { HealthPage } from './health/health-page.tsx'
import { HoursPage } from './hours/hours-page.tsx'
import { MailboxesPage } from './mailboxes/mailboxes-page.tsx'
import { MePage } from './me/me-page.tsx'
import { NumbersPage } from './numbers/numbers-page.tsx'
import { PeoplePage } from './people/people-page.tsx'
import { PhonesPage } from './phones/phones-page.tsx'
import { PlanPage } from './plan/plan-page.tsx'
import { RecordingPage } from './recording/recording-page.tsx'
import { SettingsLayout } from './settings/settings-layout.tsx'
import { WelcomePage } from './settings/welcome-page.tsx'
import { AppFrame } from './shell/app-frame.tsx'
import { BrokenPage } from './shell/broken-page.tsx'
import { LostPage } from './shell/lost-page.tsx'
import { SetupPage } from './sign-in/setup-page.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { SkillsPage } from './skills/skills-page.tsx'
import { SoundsPage } from './sounds/sounds-page.tsx'
import { TaskPage } from './task/task-page.tsx'
import { TeamCallsPage } from './team-calls/team-calls-page.tsx'
import { TrunksPage } from './trunks/trunks-page.tsx'

const root = createRootRoute({ notFoundComponent: LostPage, errorComponent: BrokenPage })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {},
  component: SignInPage,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>): { token?: string } =>
    search.token === undefined ? {} : { token: String(search.token) },
  component: SetupPage,
})

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: AppFrame,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      const { needed } = await queryClient.fetchQuery(setupQuery)
      if (needed) throw redirect({ to: '/setup' })
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { next: location.href } })
    }
  },
})

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/desk' })
  },
})

const desk = createRoute({
  getParentRoute: () => frame,
  id: 'desk',
  component: DeskPage,
  validateSearch: readDeskSearch,
})
const deskHome = createRoute({ getParentRoute: () => desk, path: '/desk', component: NothingOpen })
const deskTask = createRoute({ getParentRoute: () => desk, path: '/task/$taskId', component: TaskPage })

const team = createRoute({ getParentRoute: () => frame, path: '/team', component: TeamPage })
const me = createRoute({ getParentRoute: () => frame, path: '/me', component: MePage })
const welcome = createRoute({ getParentRoute: () => frame, path: '/welcome', component: WelcomePage })

const settings = createRoute({ getParentRoute: () => frame, path: '/settings', component: SettingsLayout })
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/trunks' })
  },
})
const trunks = createRoute({ getParentRoute: () => settings, path: '/trunks', component: TrunksPage })
const people = createRoute({ getParentRoute: () => settings, path: '/people', component: PeoplePage })
const skills = createRoute({ getParentRoute: () => settings, path: '/skills', component: SkillsPage })
const phones = createRoute({ getParentRoute: () => settings, path: '/phones', component: PhonesPage })
const numbers = createRoute({ getParentRoute: () => settings, path: '/numbers', component: NumbersPage })
const plan = createRoute({
  getParentRoute: () => settings,
  path: '/numbers/$number',
  component: PlanPage,
})
const hours = createRoute({ getParentRoute: () => settings, path: '/hours', component: HoursPage })
const sounds = createRoute({ getParentRoute: () => settings, path: '/sounds', component: SoundsPage })
const outbound = createRoute({ getParentRoute: () => settings, path: '/outbound', component: OutboundPage })
const limits = createRoute({ getParentRoute: () => settings, path: '/limits', component: LimitsPage })
const recording = createRoute({
  getParentRoute: () => settings,
  path: '/recording',
  component: RecordingPage,
})
const teamCalls = createRoute({
  getParentRoute: () => settings,
  path: '/team-calls',
  component: TeamCallsPage,
})
const mailboxes = createRoute({
  getParentRoute: () => settings,
  path: '/mailboxes',
  component: MailboxesPage,
})

const health = createRoute({
  getParentRoute: () => settings,
  path: '/health',
  component: HealthPage,
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    frame.addChildren([
      home,
      desk.addChildren([deskHome, deskTask]),
      team,
      me,
      welcome,
      settings.addChildren([
        settingsHome,
        trunks,
        outbound,
        limits,
        people,
        skills,
        phones,
        numbers,
        plan,
        hours,
        sounds,
        recording,
        teamCalls,
        mailboxes,
        health,
      ]),
    ]),
  ]),
  defaultPreload: false,
  defaultPendingMinMs: 0,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
