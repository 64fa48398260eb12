// A conference: whoever dials the room hears all others. Each has a call of their own with one leg in it; a caller who was
// transferred there keeps theirs. The room is there while somebody is in it: the last one out closes it.
import type { CallLeg } from '#calls/call-leg.ts'
import type { ConferenceRoom } from '#calls/conference-room.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import type { Stage, Verdict } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { MediaEngine, Mix, Playback, Sound } from '#media/engine.ts'
import type { Tenant } from '#store/store.ts'
import type { FromPhone } from './answer-into.ts'
import { openHouseCall } from './house-call.ts'
import type { Visit } from './visit.ts'

/** Beyond this nobody understands anybody; it is what one mix may cost. */
const mostPeople = 50
const pinTimes = 3
const keyTimeoutMs = 10_000

const joinTone: Sound = { kind: 'tone', hz: [880], onMs: 150, offMs: 30, times: 1 }
const leaveTone: Sound = { kind: 'tone', hz: [440], onMs: 150, offMs: 30, times: 1 }

/** A person's phone dials the room. @throws CordboardError `calls.no-mixing`, `calls.conference-full` */
export async function dialConference(
  switchboard: Switchboard,
  tenant: Tenant,
  from: FromPhone,
  room: ConferenceRoom,
): Promise<void> {
  mustHaveRoom(switchboard, tenant, room)
  const visit = await openHouseCall(switchboard, from, `Conference ${room.name}`)
  if (!visit) return
  if (!(await knowsPin(visit, room))) {
    if (!visit.left.aborted) visit.call.end({ by: 'system', sentence: 'The digits to come in were wrong.' })
    return
  }
  const talk = conferenceOf(switchboard, tenant, room)
  if (talk.size === 0) await visit.say('conference-alone').ended
  if (visit.left.aborted) return
  const name = switchboard.staff.find(tenant, from.origin.userId)?.name ?? 'A colleague'
  await enterConference(switchboard, visit.call, { leg: visit.leg, room, name })
}

/** The leg of a call is in the room from now on. @throws CordboardError as dialConference */
export async function enterConference(
  switchboard: Switchboard,
  call: LiveCall,
  who: { readonly leg: CallLeg; readonly room: ConferenceRoom; readonly name: string },
): Promise<void> {
  const talk = conferenceOf(switchboard, call.tenant, who.room)
  const seat = new Seat(talk, call, who)
  call.over.addEventListener('abort', () => talk.leave(seat), { once: true })
  await call.enter(seat)
  if (call.over.aborted || call.stage !== seat) return
  call.note(`${who.name} came into the conference ${who.room.name}`)
  talk.join(seat)
}

/** @throws CordboardError `calls.no-mixing`, `calls.conference-full` */
export function mustHaveRoom(switchboard: Switchboard, tenant: Tenant, room: ConferenceRoom): void {
  conferenceOf(switchboard, tenant, room)
}

/** Names of who is in the room. */
export function peopleInConference(
  switchboard: Switchboard,
  tenant: Tenant,
  roomId: string,
): readonly string[] {
  return seatsOf(switchboard, tenant, roomId).map((seat) => seat.who)
}

function seatsOf(switchboard: Switchboard, tenant: Tenant, roomId: string): readonly Seat[] {
  return switchboard.openCalls
    .ofTenant(tenant.id)
    .flatMap(({ stage, over }) =>
      stage instanceof Seat && stage.conference.roomId === roomId && !over.aborted ? [stage] : [],
    )
}

function conferenceOf(switchboard: Switchboard, tenant: Tenant, room: ConferenceRoom): ConferenceTalk {
  const { media } = switchboard
  if (!media.mix)
    throw new CordboardError('calls.no-mixing', 'The sound engine in use has no conferences.', {
      blame: 'setup',
    })
  const [first] = seatsOf(switchboard, tenant, room.id)
  if (first && first.conference.size >= mostPeople)
    throw new CordboardError('calls.conference-full', `The conference ${room.name} is full.`, {
      blame: 'user',
      retry: true,
    })
  return first?.conference ?? new ConferenceTalk(media, room.id)
}

async function knowsPin(visit: Visit, { pin }: ConferenceRoom): Promise<boolean> {
  if (pin === null) return true
  for (let time = 1; time <= pinTimes && !visit.left.aborted; time += 1) {
    const entered = await askDigits(visit)
    if (entered === pin) return true
    if (!visit.left.aborted) await visit.say('wrong-pin').ended
    visit.keys.clear()
  }
  return false
}

/** Until hash, or until nothing more comes. */
async function askDigits(visit: Visit): Promise<string> {
  let digits = ''
  let key = await visit.askKey(['enter-pin'], keyTimeoutMs)
  while (key !== undefined && key !== '#' && digits.length < 12) {
    digits += key
    key = await visit.keys.next(keyTimeoutMs)
  }
  return digits
}

/** All seats of one room and their sound. */
class ConferenceTalk {
  readonly roomId: string
  readonly #media: MediaEngine
  readonly #seats = new Set<Seat>()
  #mix: Mix | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(media: MediaEngine, roomId: string) {
    this.#media = media
    this.roomId = roomId
  }

  get size(): number {
    return this.#seats.size
  }

  join(seat: Seat): void {
    for (const other of this.#seats) other.hears(joinTone)
    this.#seats.add(seat)
    this.#settle()
  }

  leave(seat: Seat): void {
    if (!this.#seats.delete(seat)) return
    for (const other of this.#seats) other.hears(leaveTone)
    this.#settle()
  }

  /** The engine takes its time, people come and go faster: one change after the other, each to what is wanted then. */
  #settle(): void {
    this.#work = this.#work.then(() => this.#change()).catch((err) => this.#failed(err))
  }

  async #change(): Promise<void> {
    const members = [...this.#seats].map(({ leg }) => ({ leg: leg.media, hears: 'all' as const }))
    if (members.length === 0) {
      const mix = this.#mix
      this.#mix = undefined
      await mix?.[Symbol.asyncDispose]()
    } else if (this.#mix) await this.#mix.set(members)
    else this.#mix = await this.#media.mix?.(members)
    for (const seat of this.#seats) seat.waits(this.#seats.size === 1)
  }

  #failed(err: unknown): void {
    for (const seat of this.#seats) seat.lost(err)
  }
}

/** One person in the room. */
class Seat implements Stage {
  readonly name = 'conference'
  readonly conference: ConferenceTalk
  readonly leg: CallLeg
  readonly who: string
  readonly #call: LiveCall
  #music: Playback | undefined

  constructor(
    talk: ConferenceTalk,
    call: LiveCall,
    { leg, name }: { readonly leg: CallLeg; readonly name: string },
  ) {
    this.conference = talk
    this.leg = leg
    this.who = name
    this.#call = call
  }

  hears(sound: Sound): void {
    if (!this.#music) this.leg.media.play(sound)
  }

  /** Alone: with music. */
  waits(isAlone: boolean): void {
    if (isAlone && !this.#music) this.#music = this.leg.media.play(musicOf(this.#call.tenant))
    if (isAlone) return
    this.#music?.stop()
    this.#music = undefined
  }

  lost(err: unknown): void {
    this.#call.log.error({ err }, 'the sound of a conference failed')
    guard(this.#call.log, 'ending a conference', () =>
      this.#call.end({ by: 'system', sentence: 'The sound of the conference was lost.' }),
    )()
  }

  legGone(leg: CallLeg): Verdict {
    return leg === this.leg ? 'ends' : 'goes-on'
  }

  async leave(): Promise<void> {
    this.#music?.stop()
    this.conference.leave(this)
  }
}
