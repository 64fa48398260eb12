// The desk and the admin pages over HTTP: API, sign-in, live events, the built web app.
// It knows people's requests; what they change lies in the folders to the left, reached through ports.ts.
import type { Clock } from '#lib/clock.ts'
import { watchEventLoop } from '#lib/event-loop.ts'
import type { Log } from '#lib/log.ts'
import { nameable } from '#lib/own-address.ts'
import type { Database } from '#store/database.ts'
import { createApi } from './api/api.ts'
import type { ApiParts } from './api/context.ts'
import { listen, socketAddress } from './http-server.ts'
import { openLiveHub } from './live-hub.ts'
import type { AdminServices } from './ports.ts'
import { openSessions } from './sessions.ts'
import { openSetupToken } from './setup-token.ts'
import { openThrottle } from './throttle.ts'
import { webFileRoutes } from './web-files.ts'

export interface AdminOptions {
  readonly http: {
    readonly host: string
    readonly port: number
    readonly publicUrl?: string | undefined
    /** Believe X-Forwarded-For: only when a proxy of ours stands in front. */
    readonly trustProxy?: boolean | undefined
  }
  /** Where Vite put the web app. */
  readonly webFolder: string
  readonly version: string
  readonly system: Database
  readonly services: AdminServices
  readonly clock: Clock
  readonly log: Log
}

export interface Admin extends AsyncDisposable {
  readonly port: number
  /** What to open in a browser. */
  readonly url: string
  /** Where a fresh box is claimed; undefined once an account exists. */
  readonly setupUrl: string | undefined
}

/** @throws CordboardError `admin.port-taken`, `admin.address` */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const { http, services, clock, log } = options
  await using stack = new AsyncDisposableStack()
  const live = openLiveHub({ log, firstId: clock.now() })
  const parts: ApiParts = {
    services,
    sessions: openSessions({ system: options.system, clock }),
    throttle: openThrottle(clock),
    setupToken: openSetupToken(),
    live,
    eventLoop: stack.use(watchEventLoop(clock)),
    clock,
    log,
    publicUrl: http.publicUrl,
    version: options.version,
    addressOf: (request, env) => addressOf(request, env, http.trustProxy ?? false),
  }
  stack.use(services.onChange((tenantId, event) => live.publish(tenantId, event)))
  const app = createApi(parts)
  app.route('/', webFileRoutes(options.webFolder))
  const server = stack.use(
    await listen({ host: http.host, port: http.port, fetch: (r, env) => app.fetch(r, envOf(env)) }),
  )
  const url = http.publicUrl ?? `http://${shownHost(http.host)}:${server.port}`
  const opened = stack.move()
  return {
    port: server.port,
    url,
    get setupUrl() {
      return services.accounts.any() ? undefined : `${url}/setup?token=${parts.setupToken.value}`
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function addressOf(request: Request, env: unknown, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers.get('x-forwarded-for') : null
  // The last entry is the one our own proxy wrote; those before it are the client's word.
  return forwarded?.split(',').at(-1)?.trim() || socketAddress(env)
}

function envOf(env: unknown): object {
  return typeof env === 'object' && env !== null ? env : {}
}

/** As it stands in a URL. */
function shownHost(host: string): string {
  const address = nameable(host)
  return address.includes(':') ? `[${address}]` : address
}
