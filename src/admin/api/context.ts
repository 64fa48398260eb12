// What the routes are given at start, and what each request carries once it passed the gate.
import type { LiveHub } from '#admin/live-hub.ts'
import type { AdminServices, TenantServices } from '#admin/ports.ts'
import type { Session, Sessions } from '#admin/sessions.ts'
import type { SetupToken } from '#admin/setup-token.ts'
import type { Throttle } from '#admin/throttle.ts'
import type { CompanyView, PersonView } from '#admin/view.ts'
import type { Clock } from '#lib/clock.ts'
import type { EventLoopWatch } from '#lib/event-loop.ts'
import type { Log } from '#lib/log.ts'

export interface ApiParts {
  readonly services: AdminServices
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly setupToken: SetupToken
  readonly live: LiveHub
  readonly eventLoop: Pick<EventLoopWatch, 'recent'>
  readonly clock: Clock
  readonly log: Log
  /** The address in the browser, when it is not the one we listen on (`https://desk.example`). */
  readonly publicUrl: string | undefined
  readonly version: string
  /** The far address of a request; behind a trusted proxy the one it forwards. */
  readonly addressOf: (request: Request, env: unknown) => string
}

/** The signed-in person, looked up anew at each request: a changed role counts at once. */
export interface Viewer {
  readonly session: Session
  readonly csrfToken: string
  readonly person: PersonView
  readonly company: CompanyView
  readonly tenant: TenantServices
}

export interface ApiEnv {
  readonly Variables: {
    ref: string
    viewer: Viewer
  }
}
