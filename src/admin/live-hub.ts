// Passes what changed to the browsers that look. Each company has its own short memory, so that a browser that was away
// for a moment gets what it missed; one that was away longer is told to fetch everything anew.
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { LiveEvent } from './view.ts'

export interface NumberedEvent {
  readonly id: number
  readonly event: LiveEvent
}

export interface LiveHub {
  publish(tenantId: string, event: LiveEvent): void
  of(tenantId: string): Source<NumberedEvent>
  /** What came after `id`, or undefined when that is no longer known. */
  since(tenantId: string, id: number): readonly NumberedEvent[] | undefined
}

/** At ten events a second this covers a network change or a laptop's lid closed for a moment. */
const remembered = 200

interface Room {
  readonly events: Events<NumberedEvent>
  recent: NumberedEvent[]
}

/** `firstId` differs per start of the program, so that an id from before a restart is never mistaken for one of now. */
export function openLiveHub(options: { readonly log: Log; readonly firstId: number }): LiveHub {
  const rooms = new Map<string, Room>()
  let lastId = options.firstId
  const roomOf = (tenantId: string): Room => {
    const room = rooms.get(tenantId) ?? { events: new Events<NumberedEvent>(options.log), recent: [] }
    rooms.set(tenantId, room)
    return room
  }
  return {
    publish: (tenantId, event) => {
      lastId += 1
      const room = roomOf(tenantId)
      const numbered = { id: lastId, event }
      room.recent = [...room.recent.slice(1 - remembered), numbered]
      room.events.emit(numbered)
    },
    of: (tenantId) => roomOf(tenantId).events,
    since: (tenantId, id) => {
      if (id === lastId) return []
      const { recent } = roomOf(tenantId)
      const known =
        id >= options.firstId &&
        id <= lastId &&
        (recent.length < remembered || (recent[0]?.id ?? 0) <= id + 1)
      return known ? recent.filter((numbered) => numbered.id > id) : undefined
    },
  }
}
