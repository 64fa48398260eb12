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
  /** Some phone of this person is registered; written work does not need it. */
  readonly reachable: boolean
  /** When the person last became free: longest idle is the smallest. */
  readonly idleSinceAt: number
  /** Written tasks in this person's hands. */
  readonly openTasks: number
}

/** `tried`: was offered this task already and did not take it. */
export type Verdict = 'chosen' | 'next' | 'no-skill' | 'not-ready' | 'no-phone' | 'busy' | 'tried'

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

export interface CallWish {
  /** All of them are asked of a person. */
  readonly skills: readonly string[]
  /** Who was offered this call in this round already. */
  readonly tried?: ReadonlySet<string>
  readonly strategy?: 'longest-idle' | 'ring-all'
  readonly now: number
}

export interface WrittenWish {
  readonly skills: readonly string[]
  readonly tried?: ReadonlySet<string>
}

/** Among those ready, free and reachable with all skills: the longest idle, or all of them. */
export function pickForCall(people: readonly Candidate[], wish: CallWish): Match {
  const judged = people.map((person) => ({ person, verdict: callVerdict(person, wish) }))
  const order = (a: Candidate, b: Candidate) => a.idleSinceAt - b.idleSinceAt || byId(a, b)
  const free = judged.filter(({ verdict }) => verdict === 'next').map(({ person }) => person)
  const best = free.sort(order)
  const chosen = wish.strategy === 'ring-all' ? best : best.slice(0, 1)
  const first = chosen[0]
  if (!first) return nobody(judged)
  const reason =
    wish.strategy === 'ring-all'
      ? `rings everybody who is free (${chosen.length})`
      : `longest idle, ${span(wish.now - first.idleSinceAt)}`
  return found(judged, chosen, reason)
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
const nearness = ['tried', 'busy', 'no-phone', 'not-ready', 'no-skill'] as const

const sentences: Readonly<Record<NobodyWhy, string>> = {
  tried: 'everybody who is free was tried',
  busy: 'everybody with the skill is on a call',
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
