// More than two legs in one conference of FreeSWITCH, each with whom it does not hear. Who hears only itself is in none: it is
// echoed. (An echo among others is not to be had: FreeSWITCH takes each one's own sound out of what it hears.)
import { type Clock, delay } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { FreeswitchLeg } from './freeswitch-leg.ts'
import type { Place, Seats } from './seats.ts'

export interface RoomMember {
  readonly leg: FreeswitchLeg
  readonly hears: readonly FreeswitchLeg[]
}

export interface RoomOptions {
  /** No other conference of this machine has it. */
  readonly name: string
  readonly seats: Seats
  readonly clock: Clock
  readonly log: Log
}

/** Who is in the conference is looked up until all are: FreeSWITCH says so to nobody who waits for one leg. */
const lookMs = 20
const maxLooks = 150
const echo = 'echo'
/** FreeSWITCH hears keys of 50 ms and more; longer than a second nobody waits. */
const shortestKeyMs = 50
const longestKeyMs = 1_000

interface Member {
  /** Its number in the conference, or that it is echoed; undefined until it is there. */
  id: string | undefined
  /** Whom it is told not to hear, by number. */
  deafTo: ReadonlySet<string>
  readonly keys: Disposable
}

/** A conference of FreeSWITCH. */
export class Room implements Place {
  readonly #o: RoomOptions
  readonly #members = new Map<FreeswitchLeg, Member>()
  #wanted: readonly RoomMember[] = []
  #work: Promise<void> = Promise.resolve()

  constructor(options: RoomOptions) {
    this.#o = options
  }

  /** One change after the other. @throws CordboardError `media.down` */
  async set(members: readonly RoomMember[]): Promise<void> {
    const turn = () =>
      this.#o.seats.inTurn([...this.#members.keys(), ...members.map(({ leg }) => leg)], () =>
        this.#change(members),
      )
    const done = this.#work.then(turn)
    this.#work = done.catch(() => {})
    await done
  }

  async leave(leg: FreeswitchLeg): Promise<void> {
    if (!this.#members.has(leg)) return
    this.lost(leg)
    await this.#send(leg, 'park')
  }

  lost(leg: FreeswitchLeg): void {
    this.#members.get(leg)?.keys[Symbol.dispose]()
    this.#members.delete(leg)
    this.#o.seats.free(leg, this)
  }

  async #change(given: readonly RoomMember[]): Promise<void> {
    const members = given.filter(({ leg }) => !leg.channel.over)
    this.#wanted = members
    const named = new Set(members.map(({ leg }) => leg))
    const gone = [...this.#members.keys()].filter((leg) => !named.has(leg))
    await Promise.all(gone.map((leg) => this.leave(leg)))
    const [only] = members
    const echoed = members.length === 1 && only?.hears.includes(only.leg) === true
    if (!only) return
    for (const { leg } of members) {
      const wasEchoed = this.#members.get(leg)?.id === echo
      if (this.#members.has(leg) && wasEchoed === echoed) continue
      await this.#o.seats.of(leg)?.leave(leg)
      this.#o.seats.take(leg, this)
      this.#members.set(leg, { id: echoed ? echo : undefined, deafTo: new Set(), keys: this.#passKeys(leg) })
    }
    if (echoed) await this.#send(only.leg, echo)
    else await this.#meet(members)
  }

  /** Nobody new says or hears a thing before it is settled whom. */
  async #meet(members: readonly RoomMember[]): Promise<void> {
    const fresh = [...this.#members].filter(([, { id }]) => id === undefined)
    const paused = await Promise.all(fresh.map(([leg]) => leg.player.interrupt()))
    try {
      const into = `conference:${this.#o.name}@cordboard+flags{mute|deaf}`
      await Promise.all(fresh.map(([leg]) => transfer(leg, into)))
      if (fresh.length > 0) await this.#learnIds()
      for (const member of members) await this.#relate(member)
      for (const [, { id }] of fresh) {
        if (id === undefined) continue
        await this.#ask(`unmute ${id} quiet`)
        await this.#ask(`undeaf ${id}`)
      }
    } finally {
      for (const each of paused) each[Symbol.dispose]()
    }
  }

  async #learnIds(): Promise<void> {
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const ids = idsOf(await this.#ask('list'))
      for (const [leg, member] of this.#members) member.id ??= ids.get(leg.channel.uuid)
      if ([...this.#members].every(([leg, { id }]) => id !== undefined || leg.channel.over)) return
      await delay(this.#o.clock, lookMs)
    }
    throw new CordboardError('media.down', 'FreeSWITCH did not take all into a conference.', { retry: true })
  }

  async #relate({ leg, hears }: RoomMember): Promise<void> {
    const me = this.#members.get(leg)
    if (me?.id === undefined) return
    const heard = new Set(hears)
    const others = [...this.#members].filter(([other]) => other !== leg)
    const deafTo = new Set(
      others.filter(([other]) => !heard.has(other)).flatMap(([, { id }]) => (id === undefined ? [] : [id])),
    )
    const present = new Set(others.map(([, { id }]) => id))
    const added = [...deafTo].filter((id) => !me.deafTo.has(id))
    const ended = [...me.deafTo].filter((id) => !deafTo.has(id) && present.has(id))
    me.deafTo = deafTo
    if (added.length > 0) await this.#ask(`relate ${me.id} ${added.join(',')} nohear`)
    if (ended.length > 0) await this.#ask(`relate ${me.id} ${ended.join(',')} clear`)
  }

  /** A conference swallows keys; those who hear their presser get them from here. */
  #passKeys(leg: FreeswitchLeg): Disposable {
    return leg.events.on((event) => {
      if (event.kind !== 'digit') return
      for (const { leg: hearer, hears } of this.#wanted) {
        if (hearer === leg || !hears.includes(leg) || !this.#members.has(hearer)) continue
        const durationMs = Math.min(longestKeyMs, Math.max(shortestKeyMs, event.durationMs))
        guard(this.#o.log, 'key in a mix', () => hearer.sendDigits(event.digit, { durationMs, gapMs: 0 }))()
      }
    })
  }

  async #ask(command: string): Promise<string> {
    const asker = [...this.#members.keys()].find(({ channel }) => !channel.over)
    return asker ? await asker.channel.api('conference', `${this.#o.name} ${command}`) : ''
  }

  async #send(leg: FreeswitchLeg, app: string): Promise<void> {
    if (leg.channel.over) return
    using _paused = await leg.player.interrupt()
    await transfer(leg, app).catch((err: unknown) => {
      if (!leg.channel.over) throw err
      this.#o.log.debug({ reason: messageOf(err) }, 'a leg ended while it was moved')
    })
  }
}

async function transfer(leg: FreeswitchLeg, app: string): Promise<void> {
  await leg.channel.api('uuid_transfer', `${leg.channel.uuid} ${app} inline`)
}

/** The number of each channel in the answer to `conference list`. */
export function idsOf(list: string): ReadonlyMap<string, string> {
  const rows = list
    .split('\n')
    .map((line) => /^(\d{1,10});[^;]*;([0-9a-f-]{36});/i.exec(line))
    .flatMap((found) => (found?.[1] && found[2] ? [[found[2], found[1]] as const] : []))
  return new Map(rows)
}
