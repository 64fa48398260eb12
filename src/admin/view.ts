// What the web app is shown: one type per thing on a page, made by the API, read by src/admin/web. Times are ms since the epoch.

import type { RecordingView } from './recording-view.ts'

export type Light = 'green' | 'amber' | 'red' | 'grey'

export type Role = 'agent' | 'leader' | 'admin' | 'provider'

export interface MeView {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly role: Role
  /** What this person may do (`people.write`); the page hides the rest, the API refuses it. */
  readonly permissions: readonly string[]
  readonly company: string
  readonly status: StatusView
  readonly csrfToken: string
  readonly version: string
}

export interface StatusView {
  readonly id: string
  readonly label: string
  readonly kind: 'green' | 'orange' | 'red' | 'grey'
  readonly since: number
  /** After this long in the status its light turns red. */
  readonly limitMs?: number | undefined
  /** Set by the program: why, until when (null: until the person ends it), and whether they may have more time. */
  readonly automatic?:
    | { readonly sentence: string; readonly endsAt: number | null; readonly extendable: boolean }
    | undefined
}

/** A status a person can choose. */
export interface StatusChoice {
  readonly id: string
  readonly label: string
  readonly kind: StatusView['kind']
}

/** A signed-in browser of the account, for the list where it can be ended. */
export interface SessionView {
  readonly id: string
  readonly current: boolean
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly address: string
  readonly browser: string
}

export interface CompanyView {
  readonly id: string
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly timeZone: string
}

export interface SkillView {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

export interface PersonView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly extension: string | null
  readonly role: Role
  readonly skills: readonly SkillView[]
  readonly status: StatusView
  /** On a call now. */
  readonly onCall: boolean
  readonly phones: { readonly total: number; readonly online: number }
}

export interface TaskCard {
  readonly id: string
  /** Short number that can be read out, unique in the company. */
  readonly number: number
  readonly kind: 'call' | 'email' | 'manual'
  readonly title: string
  readonly customer: {
    readonly contactId: string | null
    readonly name: string
    readonly address: string | null
    /** The address as people write it: `604 112 233`. */
    readonly shown: string | null
  } | null
  readonly status: 'open' | 'closed'
  readonly due: number | null
  readonly overdue: boolean
  readonly assignee: { readonly id: string; readonly name: string } | null
  readonly skills: readonly SkillView[]
  readonly createdAt: number
  readonly updatedAt: number
  /** A small word for what happened: "missed ×2", "on hold", "answered", "new reply". */
  readonly note: string | null
  readonly missed: boolean
}

export interface TaskLogItem {
  readonly id: string
  readonly at: number
  /** Empty when a channel or the system did it. */
  readonly who: string
  readonly what: string
  /** A comment is people's talk among themselves; the customer never sees it. */
  readonly kind: 'event' | 'comment'
}

export type { RecordingView }

export interface MailView {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly at: number
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly attachments: readonly {
    readonly id: string
    readonly name: string
    readonly bytes: number
    /** Empty: only within the original. */
    readonly url: string
  }[]
  /** The mail as it came, to download. */
  readonly originalUrl: string
  readonly state: 'received' | 'waiting' | 'sent' | 'failed'
  readonly sentence: string | null
}

export interface TaskDetail extends TaskCard {
  readonly creator: string
  readonly log: readonly TaskLogItem[]
  readonly recordings: readonly RecordingView[]
  readonly mails: readonly MailView[]
  /** The customer's number that Call dials. */
  readonly phone: string | null
  readonly canCall: boolean
  readonly canReply: boolean
}

export interface LiveCallView {
  readonly id: string
  readonly taskId: string | null
  readonly direction: 'in' | 'out' | 'internal'
  readonly party: string
  readonly number: string | null
  /** The number as people write it. */
  readonly shown: string | null
  readonly state: 'queued' | 'ringing' | 'talking' | 'held' | 'transferring'
  readonly since: number
  readonly answeredAt: number | null
  readonly user: { readonly id: string; readonly name: string } | null
  readonly recording: boolean
  /** What may be done to its recording; null: nothing. */
  readonly recordingState?: 'off' | 'available' | 'asking' | 'recording' | 'paused' | null | undefined
  /** Why this person, or why nobody. */
  readonly why: string | null
  /** Everybody of ours on it, by id. */
  readonly people: readonly string[]
  /** Somebody who is called in, or gets the call. */
  readonly transfer: TransferView | null
  /** Who was to get it and did not, and why. */
  readonly cameBack: { readonly name: string; readonly sentence: string } | null
  /** It waits at a parking place; `by` gets it back at `returnsAt`. */
  readonly parked: {
    readonly place: string
    readonly by: { readonly id: string; readonly name: string } | null
    readonly since: number
    readonly returnsAt: number
  } | null
  readonly supervisors: readonly SupervisorView[]
  /** Ids of everybody whose phones ring for it. */
  readonly ringing: readonly string[]
}

/** Who hears a call besides those who talk. */
export interface SupervisorView {
  readonly id: string
  readonly name: string
  readonly mode: 'listen' | 'whisper' | 'join'
}

/** A contact who can be called. */
export interface CallableContactView {
  readonly id: string
  readonly name: string
  /** E.164 */
  readonly number: string
  readonly shown: string
}

export interface TransferView {
  readonly how: 'blind' | 'warm'
  readonly by: { readonly id: string; readonly name: string } | null
  readonly to: { readonly id: string | null; readonly name: string }
  /** `waiting`: they hear music while `by` speaks with the customer. */
  readonly state: 'ringing' | 'consulting' | 'waiting'
}

/** What most providers do without (K1). */
export interface TrunkSpecials {
  /** All requests go through it: host, host:port or a SIP URI. */
  readonly outboundProxy: string | null
  /** Behind the @ of From; the server when null. */
  readonly fromDomain: string | null
  /** Only challenges of this realm are answered, when set. */
  readonly realm: string | null
  /** Shown when nothing else says which number; the first number of the trunk when null. */
  readonly callerId: string | null
  readonly numberFormat: 'plus' | 'digits' | 'zeros'
  /** Where the provider reads who calls, besides From. */
  readonly identity: 'from' | 'asserted' | 'preferred' | 'remote-party'
  readonly fromUser: 'number' | 'account'
  /** Numbers of other trunks may be shown here. */
  readonly foreignNumbers: boolean
  readonly tlsVerify: boolean
}

export interface TrunkView {
  readonly id: string
  readonly provider: string
  readonly label: string
  readonly kind: 'registration' | 'ip'
  readonly server: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly enabled: boolean
  /** The test carrier that comes with Cordboard (K6). */
  readonly builtIn: boolean
  readonly light: Light
  /** One sentence of reason, e.g. "Registered; OPTIONS answered in 12 ms." */
  readonly reason: string
  /** What to do about it; empty when green. */
  readonly advice: string
  readonly lastCode: number | null
  readonly since: number
  readonly callsInUse: number
  readonly callsLimit: number | null
  readonly specials: TrunkSpecials
  /** The last call it could not place though another trunk might have. */
  readonly lastFailure: { readonly at: number; readonly sentence: string } | null
  /** Oldest first, covering the last 24 h. */
  readonly strip: readonly { readonly from: number; readonly to: number; readonly light: Light }[]
}

export interface PhoneView {
  readonly id: string
  readonly label: string
  readonly username: string
  readonly user: { readonly id: string; readonly name: string } | null
  readonly online: boolean
  readonly contacts: readonly {
    readonly address: string
    readonly transport: string
    readonly userAgent: string
    readonly expiresAt: number
  }[]
}

/** A phone just made: the only time its secret is shown. */
export interface NewPhoneView {
  readonly phone: PhoneView
  readonly secret: string
  /** What to type into the phone as its server (`pbx.example:5060`) and how it may connect. */
  readonly server: string
  readonly transports: readonly string[]
}

export interface NumberView {
  readonly id: string
  readonly number: string
  /** As people write it: `+420 221 000 111`. */
  readonly shown: string
  readonly label: string
  readonly trunk: { readonly id: string; readonly label: string }
  readonly skills: readonly SkillView[]
  readonly recording: boolean
  /** What its plan asks for that nobody here can give, in sentences. */
  readonly gaps: readonly string[]
}

export interface MailboxView {
  readonly id: string
  readonly label: string
  readonly address: string
  readonly light: Light
  readonly reason: string
  readonly lastCheckAt: number | null
}

/** Sent over SSE as `event: <kind>`; the page fetches anew what it shows of that kind, or takes the data as it is. */
export type LiveEvent =
  | { readonly kind: 'calls'; readonly calls: readonly LiveCallView[] }
  | { readonly kind: 'task'; readonly taskId: string }
  | { readonly kind: 'people'; readonly userId: string }
  | { readonly kind: 'trunks'; readonly trunkId: string }
  | { readonly kind: 'phones'; readonly phoneId: string }
  | { readonly kind: 'mailboxes'; readonly mailboxId: string }
  /** For every page at once, such as a call for help. */
  | { readonly kind: 'alert'; readonly sentence: string }
