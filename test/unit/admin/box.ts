// A box with two companies and the API in front of it, without a port: requests go straight to the routes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { createApi } from '#admin/api/api.ts'
import { csrfHeader, csrfTokenOf } from '#admin/api/gate.ts'
import { openLiveHub } from '#admin/live-hub.ts'
import type { Membership } from '#admin/ports.ts'
import { openServices, type ServiceParts } from '#admin/services/services.ts'
import { openSessions } from '#admin/sessions.ts'
import { openSetupToken } from '#admin/setup-token.ts'
import { openThrottle } from '#admin/throttle.ts'
import type { Role } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { type Log, silentLog } from '#lib/log.ts'
import { addPerson } from '#people/person.ts'
import { Readiness } from '#people/readiness.ts'
import { phoneBook } from '#sip/phones/phone.ts'
import { numberBook } from '#sip/trunks/number-book.ts'
import { trunkBook } from '#sip/trunks/trunk-book.ts'
import { openStore, type Store, type Tenant } from '#store/store.ts'
import { startTasks } from '#tasks/start-tasks.ts'
import { type FakeClock, fakeClock } from '#test/fake-clock.ts'
import { FakeMedia } from '#test/fakes/media.ts'

export const setupToken = 'the-token-of-this-start'

export interface Box extends Disposable {
  readonly app: ReturnType<typeof createApi>
  readonly store: Store
  readonly clock: FakeClock
  readonly live: ReturnType<typeof openLiveHub>
  readonly sessions: ReturnType<typeof openSessions>
  company(name: string): Tenant
  /** Somebody signed in with that role; `ask` sends their cookie, their CSRF token and JSON. */
  person(tenant: Tenant, role: Role, password?: string): Promise<Signed>
  ask(path: string, init?: AskInit): Promise<Response>
}

export interface AskInit {
  readonly method?: string
  readonly json?: unknown
  /** A file, as the body. */
  readonly bytes?: Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** The address it comes from. */
  readonly address?: string
}

export interface Signed {
  readonly membership: Membership
  readonly token: string
  readonly sessionId: string
  ask(path: string, init?: AskInit): Promise<Response>
}

export interface BoxOptions {
  readonly log?: Log
  readonly publicUrl?: string
  readonly browserPhones?: ServiceParts['browserPhones']
}

export function openBox(options: BoxOptions = {}): Box {
  const stack = new DisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'cordboard-admin-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clock = fakeClock()
  const log = options.log ?? silentLog
  const store = stack.use(openStore({ dataFolder: folder, clock, log }))
  const sessions = openSessions({ system: store.system, clock })
  const live = openLiveHub({ log, firstId: 1_000 })
  const services = openServices({
    ...neighbours(store, clock),
    tasks: stack.use(startTasks({ store, clock, log })),
    browserPhones: options.browserPhones,
  })
  const app = createApi({
    services,
    sessions,
    throttle: openThrottle(clock),
    setupToken: openSetupToken(setupToken),
    live,
    eventLoop: { recent: () => ({ p50Ms: 0, p99Ms: 0, maxMs: 0 }) },
    clock,
    log,
    publicUrl: options.publicUrl,
    version: '0.0.0',
    addressOf: (request) => request.headers.get('x-test-address') ?? '192.0.2.1',
  })
  const ask = async (path: string, init: AskInit = {}): Promise<Response> => {
    const headers = {
      host: 'box.test',
      ...(init.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.address === undefined ? {} : { 'x-test-address': init.address }),
      ...init.headers,
    }
    const body = init.json === undefined ? { body: bodyOf(init.bytes) } : { body: JSON.stringify(init.json) }
    return app.request(`http://box.test${path}`, { method: init.method ?? 'GET', headers, ...body })
  }
  let people = 0
  return {
    app,
    store,
    clock,
    live,
    sessions,
    ask,
    company: (name) => store.createTenant({ name, country: 'CZ', timeZone: 'Europe/Prague' }),
    person: async (tenant, role, password) => {
      people += 1
      const person = { name: `${role} ${people}`, email: `${role}${people}@acme.example`, role, password }
      const { account, user } = await addPerson(store, tenant, { ...person, now: clock.now() })
      const membership = { accountId: account.id, tenantId: tenant.id, userId: user.id }
      const { token, id } = sessions.open(membership, { address: '192.0.2.1', userAgent: 'test' })
      const own = { cookie: `cordboard=${token}`, [csrfHeader]: csrfTokenOf(token) }
      return {
        membership,
        token,
        sessionId: id,
        ask: (path, init = {}) => ask(path, { ...init, headers: { ...own, ...init.headers } }),
      }
    },
    [Symbol.dispose]: () => stack.dispose(),
  }
}

/** Neighbours that do nothing: what they would do is tested where they live. */
function neighbours(store: Store, clock: FakeClock) {
  const log = silentLog
  const books = { store, clock, log }
  const unknownCall = () => {
    throw new CordboardError('call.unknown', 'This call has ended.', { blame: 'user' })
  }
  const noMail = () => {
    throw new CordboardError('mail.network', 'imap.example cannot be reached.', { blame: 'theirs' })
  }
  const phones = phoneBook(books)
  return {
    ...books,
    readiness: new Readiness({ clock, log }),
    trunks: {
      book: trunkBook({ db: store.system, vault: store.vault, clock, log }),
      numbers: numberBook({ db: store.system, clock, log }),
      state: () => undefined,
      strip: () => [],
      rank: () => [],
      failed: () => {},
      onChange: new Events<{ trunkId: string; state: { tenantId: string } | undefined }>(log),
    },
    phones: {
      book: phones,
      states: (tenantId: string) =>
        phones.list(tenantId).map((phone) => ({ ...phone, online: false, contacts: [] })),
      onChange: new Events<{ phoneId: string; tenantId: string }>(log),
    },
    calls: {
      liveCalls: () => [],
      hold: unknownCall,
      resume: unknownCall,
      steerRecording: unknownCall,
      hangUp: unknownCall,
      callNumber: () => ({ callId: 'new' }),
      transfer: {
        blind: unknownCall,
        consult: unknownCall,
        cancel: unknownCall,
        complete: unknownCall,
        swap: unknownCall,
        merge: unknownCall,
      },
      team: { park: unknownCall, take: unknownCall, supervise: unknownCall, inConference: () => [] },
      changes: new Events<{ tenantId: string; callId: string }>(log),
    },
    mail: {
      tryOut: async () => noMail(),
      addMailbox: noMail,
      reply: async () => noMail(),
      events: new Events<{ tenantId: string; mailboxId: string }>(log),
    },
    sipAccess: { server: '192.0.2.10:5060', transports: ['UDP'] },
    testCarrier: undefined,
    health: () => ({ sip: 'up' as const }),
    sip: { servers: [{ name: 'drachtio.example:9022', up: false, load: 0, listening: [] }] },
    media: new FakeMedia(),
  }
}

const errorBody = z.object({
  error: z.object({ code: z.string(), sentence: z.string(), ref: z.string() }),
})

/** What the API said when it refused. */
export async function errorOf(response: Response): Promise<z.infer<typeof errorBody>['error']> {
  return errorBody.parse(await response.json()).error
}

function bodyOf(bytes: Buffer | undefined): Uint8Array<ArrayBuffer> | null {
  return bytes === undefined ? null : new Uint8Array(bytes)
}
