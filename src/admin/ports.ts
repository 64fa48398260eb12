// What the pages need of the folders to the left, as narrow as a page is. No SQL and no SIP word passes here;
// a TenantServices object belongs to one company, so no request can name another company's things.
import type { CallingPort } from './calling-view.ts'
import type { PartView } from './health-view.ts'
import type { PhoneNews, PhoneStateView } from './phone-view.ts'
import type {
  HoursInput,
  HoursView,
  PlanBranches,
  PlanMoment,
  PlanView,
  SoundsView,
  SoundUpload,
  SoundView,
} from './plan-view.ts'
import type { RecordingsPort } from './recording-view.ts'
import type { StatisticsPort } from './statistics-view.ts'
import type { TeamCallsPort } from './team-calls-view.ts'
import type {
  CallableContactView,
  CompanyView,
  LiveCallView,
  LiveEvent,
  MailboxView,
  NewPhoneView,
  NumberView,
  PersonView,
  PhoneView,
  Role,
  SkillView,
  StatusChoice,
  TaskCard,
  TaskDetail,
  TrunkSpecials,
  TrunkView,
} from './view.ts'

/** A value now or later: the store answers at once, the network does not. */
export type Answer<T> = T | Promise<T>

export interface Membership {
  readonly accountId: string
  readonly tenantId: string
  readonly userId: string
}

export interface SetupInput {
  readonly company: string
  readonly country: string
  readonly timeZone: string
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Some of the fields; a missing one stays as it is. */
export type Change<T> = { readonly [K in keyof T]?: T[K] | undefined }

export interface AccountsPort {
  /** False on a fresh box: then, and only then, set-up is open. */
  any(): boolean
  /** undefined for an unknown address and for a wrong password, after the same time. */
  check(email: string, password: string): Promise<Membership | undefined>
  /** Makes the company and its first admin. @throws CordboardError `setup.done` when an account exists already. */
  setUp(input: SetupInput): Promise<Membership>
}

export interface PersonInput {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly role: Role
  readonly extension: string | null
  readonly skillIds: readonly string[]
}

export interface PersonChange {
  readonly name?: string | undefined
  readonly role?: Role | undefined
  readonly extension?: string | null | undefined
  readonly skillIds?: readonly string[] | undefined
  readonly password?: string | undefined
}

export interface PeoplePort {
  list(): Answer<readonly PersonView[]>
  find(userId: string): Answer<PersonView | undefined>
  create(input: PersonInput): Answer<PersonView>
  update(userId: string, change: PersonChange): Answer<PersonView>
  statuses(): Answer<readonly StatusChoice[]>
  setStatus(userId: string, statusId: string): Answer<void>
  /** Out of a status the program set, back to the one before; nothing for who is in one of their own choice. */
  endStatus(userId: string): Answer<void>
  /** More time for the wrap-up, once. */
  extendStatus(userId: string): Answer<void>
}

export interface SkillsPort {
  list(): Answer<readonly SkillView[]>
  create(name: string): Answer<SkillView>
  update(skillId: string, change: SkillChange): Answer<SkillView>
}

export interface SkillChange {
  readonly name?: string | undefined
  readonly active?: boolean | undefined
}

export interface PhonesPort {
  list(): Answer<readonly PhoneView[]>
  create(input: { readonly label: string; readonly userId: string }): Answer<NewPhoneView>
  delete(phoneId: string): Answer<void>
}

export interface NumberInput {
  readonly number: string
  readonly label: string
  readonly trunkId: string
  readonly skillIds: readonly string[]
  readonly recording: boolean
}

export interface NumbersPort {
  list(): Answer<readonly NumberView[]>
  create(input: NumberInput): Answer<NumberView>
  update(numberId: string, change: Change<NumberInput>): Answer<NumberView>
  delete(numberId: string): Answer<void>
}

export interface PlansPort {
  /** @throws CordboardError `sip.no-number`, as the others */
  find(numberId: string): Answer<PlanView>
  /** @throws CordboardError `calls.plan`, `calls.no-hours` */
  save(numberId: string, plan: PlanBranches): Answer<PlanView>
  /** What would happen at that time, of the plan as it is kept or of a draft. */
  tryOut(
    numberId: string,
    wish: { readonly at: number; readonly plan?: PlanBranches | undefined },
  ): Answer<PlanMoment>
}

export interface HoursPort {
  list(): Answer<readonly HoursView[]>
  create(input: HoursInput): Answer<HoursView>
  update(hoursId: string, input: HoursInput): Answer<HoursView>
  /** @throws CordboardError `calls.in-use`, `calls.no-hours` */
  delete(hoursId: string): Answer<void>
}

export interface SoundsPort {
  list(): Answer<SoundsView>
  /** @throws CordboardError `media.upload`, `calls.sounds-full`, `calls.no-sound` */
  upload(upload: SoundUpload): Promise<SoundView>
  /** @throws CordboardError `calls.in-use`, `calls.no-sound` */
  delete(soundId: string): Promise<void>
  audio(soundId: string): Answer<FileSource | undefined>
  promptAudio(name: string): Answer<FileSource | undefined>
}

export interface TrunkInput extends Change<TrunkSpecials> {
  readonly provider: string
  readonly label: string
  readonly kind: 'registration' | 'ip'
  readonly server: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly callsLimit: number | null
}

export interface TrunksPort {
  list(): Answer<readonly TrunkView[]>
  create(input: TrunkInput): Answer<TrunkView>
  /** Starts the built-in test carrier (K6), makes its trunk and its number; the same trunk when it exists. */
  addTestCarrier(): Answer<TrunkView>
  /** The test carrier calls the number it gave, as a customer would. @throws CordboardError `sip.no-number`, `sip.test-carrier-idle` */
  placeTestCall(): Answer<void>
  update(trunkId: string, change: Change<Omit<TrunkInput, 'kind'>>): Answer<TrunkView>
  setEnabled(trunkId: string, enabled: boolean): Answer<TrunkView>
  delete(trunkId: string): Answer<void>
}

export interface TaskFilter {
  readonly kind?: TaskCard['kind'] | undefined
  readonly status?: TaskCard['status'] | undefined
  /** `me`, `nobody` or a user's id. */
  readonly assignee?: string | undefined
  readonly search?: string | undefined
  readonly limit: number
}

export interface TaskInput {
  readonly title: string
  readonly due: number | null
  readonly skillIds: readonly string[]
  readonly customer: CustomerInput | null
  readonly assignToMe: boolean
}

export interface CustomerInput {
  readonly name: string
  readonly address: string | null
}

export interface TaskChange {
  readonly title?: string | undefined
  readonly due?: number | null | undefined
  readonly skillIds?: readonly string[] | undefined
  readonly customer?: CustomerInput | null | undefined
}

/** Every act is done by `userId`, for the log; an act on an unknown task throws `task.unknown`. */
export interface TasksPort {
  list(userId: string, filter: TaskFilter): Answer<readonly TaskCard[]>
  find(taskId: string): Answer<TaskDetail | undefined>
  create(userId: string, input: TaskInput): Answer<TaskDetail>
  /** T12 */
  assignToMe(userId: string, taskId: string): Answer<void>
  offerToOthers(userId: string, taskId: string): Answer<void>
  complete(userId: string, taskId: string): Answer<void>
  reopen(userId: string, taskId: string): Answer<void>
  edit(userId: string, taskId: string, change: TaskChange): Answer<void>
  comment(userId: string, taskId: string, text: string): Answer<void>
  /** Puts the reply into the outbox; it is sent, with retries, later. */
  reply(userId: string, taskId: string, text: string): Answer<void>
}

/** Acts on live calls; acts on a call the person has no part in throw `calls.not-yours`, on one that ended `call.unknown`. */
export interface CallsPort {
  list(): Answer<readonly LiveCallView[]>
  hold(userId: string, callId: string): Answer<void>
  resume(userId: string, callId: string): Answer<void>
  /** `anyCall`: a leader may end a colleague's call. */
  hangUp(userId: string, callId: string, options: { readonly anyCall: boolean }): Answer<void>
  /** Of a call the person is on. @throws CordboardError `calls.not-recorded` */
  steerRecording(userId: string, callId: string, act: 'start' | 'pause' | 'resume'): Answer<void>
  /** Passes the call on (C5), or calls somebody in first (C6). @throws CordboardError as features/transfer.ts says */
  transfer(userId: string, callId: string, input: TransferInput): Answer<void>
  /** Contacts with a phone whose name or number fits, at most a handful. */
  contacts(text: string): Answer<readonly CallableContactView[]>
  transferAct(userId: string, callId: string, act: 'cancel' | 'complete' | 'swap' | 'merge'): Answer<void>
  /** Rings the person's own phones, then the number. */
  call(
    userId: string,
    input: { readonly number: string; readonly taskId?: string },
  ): Answer<{ callId: string }>
}

export interface TransferInput {
  readonly how: 'blind' | 'warm'
  readonly to:
    | { readonly kind: 'person'; readonly userId: string }
    | { readonly kind: 'number'; readonly number: string }
    | { readonly kind: 'skills'; readonly skillIds: readonly string[] }
}

export interface MailboxInput {
  readonly label: string
  readonly address: string
  readonly imap: MailServer
  readonly smtp: MailServer
  readonly username: string
  readonly password: string
  readonly skillIds: readonly string[]
}

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
}

export interface MailboxesPort {
  list(): Answer<readonly MailboxView[]>
  /** Signs in to both servers first. @throws CordboardError `mail.*` with what the server said; nothing is then stored. */
  create(input: MailboxInput): Answer<MailboxView>
}

/** A file on this machine that a signed-in browser may have. */
export interface FileSource {
  readonly path: string
  readonly name: string
  readonly type: string
}

export interface FilesPort {
  recording(recordingId: string): Answer<FileSource | undefined>
  /** A mail as it came, headers and all. */
  mail(mailId: string): Answer<FileSource | undefined>
}

export interface TenantServices {
  company(): Answer<CompanyView>
  readonly people: PeoplePort
  readonly skills: SkillsPort
  readonly phones: PhonesPort
  readonly numbers: NumbersPort
  readonly plans: PlansPort
  readonly hours: HoursPort
  readonly sounds: SoundsPort
  readonly trunks: TrunksPort
  readonly tasks: TasksPort
  readonly calling: CallingPort
  readonly calls: CallsPort
  readonly teamCalls: TeamCallsPort
  readonly mailboxes: MailboxesPort
  readonly recordings: RecordingsPort
  readonly statistics: StatisticsPort
  readonly files: FilesPort
}

/** A person at a signed-in browser, whichever page of it speaks. */
export interface BrowserUser {
  readonly tenantId: string
  readonly userId: string
  readonly browserId: string
}

/** Browsers as phones. */
export interface BrowserPhonesPort {
  readonly state: PhoneStateView
  /** Ids of the people who can be rung at a browser now. */
  peopleAt(tenantId: string): readonly string[]
  /** The page is its browser's phone until disposed. `tell` is called at once and after each change. */
  attach(user: BrowserUser, tell: (news: PhoneNews) => void): Disposable
  /** Our SDP answer to the browser's offer for that leg. @throws CordboardError `phone.unknown`, `phone.offer`, `media.full` */
  connect(user: BrowserUser, legId: string, offer: string): Promise<string>
}

export interface AdminServices {
  /** undefined: switched off by the configuration. */
  readonly browserPhones: BrowserPhonesPort | undefined
  readonly accounts: AccountsPort
  /** undefined when the company no longer exists: its sessions are then worth nothing. */
  tenant(tenantId: string): TenantServices | undefined
  /** Tells of every change of any company until disposed. */
  onChange(listener: (tenantId: string, event: LiveEvent) => void): Disposable
  /** One word per part for /health. */
  health(): Answer<Readonly<Record<string, 'up' | 'down'>>>
  /** Each server and machine that carries calls. */
  partsAtWork(): Answer<readonly PartView[]>
}
