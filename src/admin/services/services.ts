// The folders to the left joined into what the pages need: one set of ports per company, one stream of changes.
import type { AdminServices, BrowserPhonesPort, TenantServices } from '#admin/ports.ts'
import type { LiveEvent } from '#admin/view.ts'
import type { CallCommands } from '#calls/commands.ts'
import type { Clock } from '#lib/clock.ts'
import type { Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { MailService } from '#mail/start-mail.ts'
import type { MediaEngine } from '#media/engine.ts'
import type { BrowserNews } from '#media/webrtc/browser-phones.ts'
import type { Readiness } from '#people/readiness.ts'
import { findUser } from '#people/user.ts'
import type { Phones } from '#sip/phones/phones.ts'
import type { ServerState } from '#sip/sip-server.ts'
import type { Store, Tenant } from '#store/store.ts'
import type { Tasks } from '#tasks/start-tasks.ts'
import { accountsPort } from './accounts.ts'
import { callingPort } from './calling.ts'
import { callsPort } from './calls.ts'
import { emergencyAlerts } from './emergency-alerts.ts'
import { filesPort, recordingViewsOf } from './files.ts'
import { liveCallNews } from './live-call-news.ts'
import { mailboxesPort, mailViewsOf } from './mailboxes.ts'
import { numbersPort } from './numbers.ts'
import { partsAtWork } from './parts-at-work.ts'
import { peoplePort } from './people.ts'
import { peopleChanges } from './people-changes.ts'
import { listPhones, phonesPort, type SipAccess } from './phones.ts'
import { hoursPort, plansPort } from './plans.ts'
import { recordingsPort } from './recordings.ts'
import { skillsPort } from './skills.ts'
import { soundsPort } from './sounds.ts'
import { statisticsPort } from './statistics.ts'
import { tasksPort } from './tasks.ts'
import { teamCallsPort } from './team-calls.ts'
import { type TestCarrierAccess, type TrunksAtWork, trunksPort } from './trunks.ts'

export interface ServiceParts {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly readiness: Pick<Readiness, 'isBusy' | 'changes'>
  readonly trunks: TrunksAtWork & {
    readonly onChange: Source<{
      readonly trunkId: string
      /** undefined: removed. */
      readonly state: { readonly tenantId: string } | undefined
    }>
  }
  readonly phones: Pick<Phones, 'book' | 'states' | 'onChange'>
  readonly calls: Pick<
    CallCommands,
    | 'liveCalls'
    | 'hold'
    | 'resume'
    | 'steerRecording'
    | 'hangUp'
    | 'callNumber'
    | 'changes'
    | 'transfer'
    | 'team'
  >
  readonly tasks: Pick<Tasks, 'events' | 'changed'>
  readonly mail: Pick<MailService, 'tryOut' | 'addMailbox' | 'reply' | 'events'>
  readonly sipAccess: SipAccess
  readonly testCarrier: TestCarrierAccess | undefined
  readonly browserPhones?: (BrowserPhonesPort & { readonly changes: Source<BrowserNews> }) | undefined
  /** One word per part, for /health. */
  readonly health: () => Readonly<Record<string, 'up' | 'down'>>
  readonly sip: { readonly servers: readonly ServerState[] }
  readonly media: Pick<MediaEngine, 'health'>
}

type Tell = (tenantId: string, event: LiveEvent) => void

export function openServices(parts: ServiceParts): AdminServices {
  const known = new Map<string, TenantServices>()
  return {
    accounts: accountsPort(parts.store, parts.clock),
    tenant: (tenantId) => {
      const tenant = parts.store.tenants().find(({ id }) => id === tenantId)
      if (!tenant) return undefined
      const services = known.get(tenantId) ?? tenantServices(parts, tenant)
      known.set(tenantId, services)
      return services
    },
    onChange: (tell) => changes(parts, tell),
    health: parts.health,
    partsAtWork: () => partsAtWork(parts),
    browserPhones: parts.browserPhones,
  }
}

function tenantServices(parts: ServiceParts, tenant: Tenant): TenantServices {
  const { tasks, mail, readiness } = parts
  const own = { ...parts, tenant }
  return {
    company: () => ({
      id: tenant.id,
      name: tenant.name,
      country: tenant.country,
      timeZone: tenant.timeZone,
    }),
    people: peoplePort({
      ...own,
      isBusy: (userId) => readiness.isBusy(userId),
      phonesOfPeople: () => [...listPhones(own), ...browsersOf(own)],
    }),
    skills: skillsPort(own),
    phones: phonesPort(own),
    numbers: numbersPort(own),
    plans: plansPort(own),
    hours: hoursPort(own),
    sounds: soundsPort(own),
    trunks: trunksPort(own),
    tasks: tasksPort({
      ...own,
      changed: (taskId) => tasks.changed(tenant.id, taskId),
      recordingsOf: (taskId) => recordingViewsOf(own, taskId),
      mailsOf: (conversationId) => mailViewsOf(own, conversationId),
      reply: async (userId, conversationId, text) => {
        const userName = findUser(tenant.db, userId)?.name ?? ''
        await mail.reply(tenant, { conversationId, userId, userName, text })
      },
    }),
    calling: callingPort(own),
    calls: callsPort(own),
    teamCalls: teamCallsPort(own),
    mailboxes: mailboxesPort(own),
    recordings: recordingsPort(own),
    statistics: statisticsPort(own),
    files: filesPort(own),
  }
}

/** A browser counts as a phone while it can be rung. */
function browsersOf({ tenant, browserPhones }: ServiceParts & { readonly tenant: Tenant }) {
  const people = browserPhones?.peopleAt(tenant.id) ?? []
  return people.map((id) => ({ user: { id, name: '' }, online: true }))
}

/** Every source of news, as live events of the company they belong to. */
function changes(parts: ServiceParts, tell: Tell): Disposable {
  const { trunks, phones, tasks, mail, browserPhones } = parts
  const stack = new DisposableStack()
  stack.use(tasks.events.on(({ tenantId, taskId }) => tell(tenantId, { kind: 'task', taskId })))
  stack.use(phones.onChange.on(({ tenantId, phoneId }) => tell(tenantId, { kind: 'phones', phoneId })))
  stack.use(
    browserPhones?.changes.on((news) => {
      if (news.kind === 'browser') tell(news.user.tenantId, { kind: 'phones', phoneId: 'browser' })
    }),
  )
  stack.use(mail.events.on(({ tenantId, mailboxId }) => tell(tenantId, { kind: 'mailboxes', mailboxId })))
  stack.use(
    trunks.onChange.on(({ trunkId, state }) => {
      if (state) tell(state.tenantId, { kind: 'trunks', trunkId })
    }),
  )
  stack.use(liveCallNews(parts, tell))
  stack.use(peopleChanges(parts, tell))
  stack.use(emergencyAlerts(parts, tell))
  return stack
}
