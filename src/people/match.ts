// Matching (S2), pure: which person a task goes to, and for each other person why not.

/** A person as matching sees one. */
export interface Candidate {
  readonly userId: string
  readonly name: string
  readonly skills: ReadonlySet<string>
  readonly takesCalls: boolean
  readonly takesWritten: boolean
  /** Rings or talks now. */
  readonly busy: boolean
  /** Still at work on the last call until then; undefined: not. Such a person takes no calls. */
  readonly wrapUpUntil?: number | undefined
  /** Some phone of this person is registered; written work does not need it. */
  readonly reachable: boolean
  /** When the person last became free: longest idle is the smallest. */
  readonly idleSinceAt: number
  /** Written tasks in this person's hands. */
  readonly openTasks: number
}

/** `tried`: was offered this task already and did not take it. */
export type Verdict = 'chosen' | 'next' | 'no-skill' | 'not-ready' | 'no-phone' | 'wrap-up' | 'busy' | 'tried'

/** Why nobody: the furthest any person came. `no-skill` is a set of skills nobody here has, a warning for the admin. */
export type NobodyWhy = Exclude<Verdict, 'chosen' | 'next'> | 'no-people'

export interface Match {
  /** Best first: one person, or all of them with `ring-all`. Empty: `nobody` says why. */
  readonly chosen: readonly Candidate[]
  readonly nobody: NobodyWhy | undefined
  /** A sentence for the task's log: why me, why nobody (T16). */
  readonly reason: string
  readonly verdicts: readonly { readonly userId: string; readonly verdict: Verdict }[]
}

export const strategies = ['longest-idle', 'ring-all', 'round-robin', 'fewest-calls', 'fixed-order'] as const
/** Who of those that are free comes first. */
export type Strategy = (typeof strategies)[number]

export interface CallWish {
  /** All of them are asked of a person. */
  readonly skills: readonly string[]
  /** Who was offered this call in this round already. */
  readonly tried?: ReadonlySet<string>
  readonly strategy?: Strategy
  /** Round robin: who was offered a call of this queue, the latest last. */
  readonly turns?: readonly string[]
  /** Fewest calls: how many each person answered today. */
  readonly callsToday?: ReadonlyMap<string, number>
  /** Fixed order: user ids; who is not in it comes after them. */
  readonly order?: readonly string[]
  readonly now: number
}

export interface WrittenWish {
  readonly skills: readonly string[]
  readonly tried?: ReadonlySet<string>
}

/** Among those ready, free and reachable with all skills: the first by the strategy, or all of them. */
export function pickForCall(people: readonly Candidate[], wish: CallWish): Match {
  const { strategy = 'longest-idle' } = wish
  const judged = people.map((person) => ({ person, verdict: callVerdict(person, wish) }))
  const rank = ranks[strategy]
  const order = (a: Candidate, b: Candidate) =>
    rank(a, wish) - rank(b, wish) || a.idleSinceAt - b.idleSinceAt || byId(a, b)
  const free = judged.filter(({ verdict }) => verdict === 'next').map(({ person }) => person)
  const best = free.sort(order)
  const chosen = strategy === 'ring-all' ? best : best.slice(0, 1)
  const first = chosen[0]
  if (!first) return nobody(judged)
  return found(judged, chosen, reasons[strategy](first, { people, wish, free: chosen.length }))
}

/** Smaller comes first; the longest idle among equals. */
const ranks: Readonly<Record<Strategy, (person: Candidate, wish: CallWish) => number>> = {
  'longest-idle': () => 0,
  'ring-all': () => 0,
  // Never offered one: -1, so first.
  'round-robin': ({ userId }, { turns = [] }) => turns.lastIndexOf(userId),
  'fewest-calls': ({ userId }, { callsToday }) => callsToday?.get(userId) ?? 0,
  'fixed-order': ({ userId }, { order = [] }) => placeIn(order, userId),
}

interface Why {
  readonly people: readonly Candidate[]
  readonly wish: CallWish
  readonly free: number
}

const reasons: Readonly<Record<Strategy, (first: Candidate, why: Why) => string>> = {
  'longest-idle': idleReason,
  'ring-all': (_, { free }) => `rings everybody who is free (${free})`,
  'round-robin': (_, { people, wish }) => {
    const last = people.find(({ userId }) => userId === wish.turns?.at(-1))
    return last ? `next in turn after ${last.name}` : 'first in turn'
  },
  'fewest-calls': ({ userId }, { wish }) => `fewest calls today (${wish.callsToday?.get(userId) ?? 0})`,
  'fixed-order': (first, why) => {
    const place = placeIn(why.wish.order ?? [], first.userId)
    if (place === Number.POSITIVE_INFINITY) return `after all of the fixed order; ${idleReason(first, why)}`
    return `number ${place + 1} of the fixed order`
  },
}

function idleReason({ idleSinceAt }: Candidate, { wish }: Why): string {
  return `longest idle, ${span(wish.now - idleSinceAt)}`
}

function placeIn(order: readonly string[], userId: string): number {
  const place = order.indexOf(userId)
  return place === -1 ? Number.POSITIVE_INFINITY : place
}

/** Among those who take written work with all skills: the fewest open tasks, then the longest idle. */
export function pickForWritten(people: readonly Candidate[], wish: WrittenWish): Match {
  const judged = people.map((person) => ({ person, verdict: writtenVerdict(person, wish) }))
  const order = (a: Candidate, b: Candidate) =>
    a.openTasks - b.openTasks || a.idleSinceAt - b.idleSinceAt || byId(a, b)
  const free = judged.filter(({ verdict }) => verdict === 'next').map(({ person }) => person)
  const [first] = free.sort(order)
  if (!first) return nobody(judged)
  return found(judged, [first], `fewest open tasks (${first.openTasks})`)
}

interface Judged {
  readonly person: Candidate
  readonly verdict: Verdict
}

function callVerdict(person: Candidate, wish: CallWish): Verdict {
  if (!hasSkills(person, wish.skills)) return 'no-skill'
  if (person.wrapUpUntil !== undefined) return 'wrap-up'
  if (!person.takesCalls) return 'not-ready'
  if (!person.reachable) return 'no-phone'
  if (person.busy) return 'busy'
  return wish.tried?.has(person.userId) ? 'tried' : 'next'
}

function writtenVerdict(person: Candidate, wish: WrittenWish): Verdict {
  if (!hasSkills(person, wish.skills)) return 'no-skill'
  if (!person.takesWritten) return 'not-ready'
  return wish.tried?.has(person.userId) ? 'tried' : 'next'
}

/** The person has every one of them. */
export function hasSkills(person: Pick<Candidate, 'skills'>, skills: readonly string[]): boolean {
  return skills.every((skill) => person.skills.has(skill))
}

function found(judged: readonly Judged[], chosen: readonly Candidate[], reason: string): Match {
  const verdicts = judged.map(({ person, verdict }) => ({
    userId: person.userId,
    verdict: chosen.includes(person) ? ('chosen' as const) : verdict,
  }))
  return { chosen, nobody: undefined, reason, verdicts }
}

/** From the nearest to ringing to the furthest from it. */
const nearness = ['tried', 'busy', 'wrap-up', 'no-phone', 'not-ready', 'no-skill'] as const

const sentences: Readonly<Record<NobodyWhy, string>> = {
  tried: 'everybody who is free was tried',
  busy: 'everybody with the skill is on a call',
  'wrap-up': 'everybody with the skill is finishing the last call',
  'no-phone': 'nobody who is ready has a phone connected',
  'not-ready': 'nobody with the skill is ready',
  'no-skill': 'nobody here has the skill',
  'no-people': 'there are no people here',
}

function nobody(judged: readonly Judged[]): Match {
  const why = nearness.find((verdict) => judged.some((one) => one.verdict === verdict)) ?? 'no-people'
  const verdicts = judged.map(({ person, verdict }) => ({ userId: person.userId, verdict }))
  return { chosen: [], nobody: why, reason: sentences[why], verdicts }
}

function byId(a: Candidate, b: Candidate): number {
  return a.userId < b.userId ? -1 : 1
}

/** `04:10` or `1:04:10`. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? clock : `${Math.floor(seconds / 3600)}:${clock}`
}
