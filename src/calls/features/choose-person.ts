// Who is rung next for one in line: first whoever spoke with that customer last, if the queue wants so, then by its strategy.
import { callsToday, lastTalkWith } from '#calls/last-agent.ts'
import { localTime } from '#calls/local-time.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { type Candidate, type Match, type NobodyWhy, pickForCall } from '#people/match.ts'
import type { Tenant } from '#store/store.ts'
import type { Waiting } from './waiting.ts'

const dayMs = 24 * 3600_000

/** Who spoke with the customer last, while the call still waits for them. */
export interface LastAgent {
  readonly userId: string
  /** `2026-11-18` */
  readonly date: string
  /** Then the strategy decides. */
  readonly until: number
}

export interface Wish {
  readonly waiting: Waiting
  readonly tried: ReadonlySet<string>
  last: LastAgent | undefined
}

const busy: readonly (NobodyWhy | undefined)[] = ['busy', 'wrap-up']

export class ChoosePerson {
  readonly #switchboard: Pick<Switchboard, 'clock'>
  readonly #tenant: Tenant
  /** Who was offered a call, by queue, the latest last. */
  readonly #turns = new Map<string, string[]>()

  constructor(switchboard: Pick<Switchboard, 'clock'>, tenant: Tenant) {
    this.#switchboard = switchboard
    this.#tenant = tenant
  }

  /** undefined: nobody spoke with them lately, or the queue does not ask. */
  lastAgentFor(waiting: Waiting): LastAgent | undefined {
    const { lastAgentDays, lastAgentWaitMs } = waiting.distribution
    if (lastAgentDays === 0) return undefined
    const now = this.#switchboard.clock.now()
    const party = waiting.call()?.call.party ?? { number: waiting.from.number }
    const talk = lastTalkWith(this.#tenant, party, now - lastAgentDays * dayMs)
    if (!talk) return undefined
    const { date } = localTime(talk.at, this.#tenant.timeZone)
    return { userId: talk.userId, date, until: now + lastAgentWaitMs }
  }

  choose(people: readonly Candidate[], wish: Wish): Match {
    const { skills, distribution } = wish.waiting
    const { strategy, order } = distribution
    const now = this.#switchboard.clock.now()
    const asked = { skills, tried: wish.tried, now }
    const last = this.#last(people, wish, now)
    if (last) return last
    const today = strategy === 'fewest-calls' ? { callsToday: callsToday(this.#tenant, now) } : {}
    const turns = this.#turns.get(keyOf(wish.waiting)) ?? []
    return pickForCall(people, { ...asked, strategy, order, turns, ...today })
  }

  offered(waiting: Waiting, userId: string): void {
    const key = keyOf(waiting)
    const before = this.#turns.get(key) ?? []
    this.#turns.set(key, [...before.filter((one) => one !== userId), userId])
  }

  /** undefined: the strategy decides. */
  #last(people: readonly Candidate[], wish: Wish, now: number): Match | undefined {
    const { last, waiting, tried } = wish
    if (!last || tried.has(last.userId)) return undefined
    const person = people.find(({ userId }) => userId === last.userId)
    const match = person && pickForCall([person], { skills: waiting.skills, now })
    if (match?.chosen.length) return { ...match, reason: `spoke with this customer last, on ${last.date}` }
    const name = person?.name ?? 'Somebody'
    if (match && busy.includes(match.nobody) && now < last.until) {
      const seconds = Math.round(waiting.distribution.lastAgentWaitMs / 1000)
      return { ...match, reason: `waits up to ${seconds} s for ${name}, who spoke with this customer last` }
    }
    wish.last = undefined
    const why = (match?.nobody && words[match.nobody]) ?? 'is not here any more'
    waiting.call()?.note(`${name} spoke with this customer last, but ${why}.`)
    return undefined
  }
}

const words: Readonly<Partial<Record<NobodyWhy, string>>> = {
  busy: 'is on another call',
  'wrap-up': 'is still finishing the last call',
  'no-phone': 'has no phone connected',
  'not-ready': 'is not ready',
  'no-skill': 'has not the skill for this call',
}

function keyOf({ skills }: Waiting): string {
  return [...skills].sort().join(' ')
}
