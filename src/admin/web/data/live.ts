// Live events into the query cache: what changed on the server is fetched anew, or taken as it came.
import type { QueryClient } from '@tanstack/react-query'
import type { LiveCallView, LiveEvent } from '#admin/view.ts'
import { tellAlert } from '../look/tell.ts'
import { callsKey } from './calls.ts'
import { meQuery } from './me.ts'
import { peopleKey } from './people.ts'
import { phonesKey } from './phones.ts'
import { taskKey, tasksKey } from './tasks.ts'
import { roomsKey } from './team-calls.ts'

export type Connection = 'connecting' | 'live' | 'away'

const kinds: readonly LiveEvent['kind'][] = [
  'calls',
  'task',
  'people',
  'trunks',
  'phones',
  'mailboxes',
  'alert',
]
/** The server beats every 15 s: after two missed beats the line is dead, whatever the browser believes. */
const silenceMs = 35_000
const retryMs = 2_000

/** Follows /api/live until the result is called; `tell` hears how the connection stands. */
export function followLive(queries: QueryClient, tell: (connection: Connection) => void): () => void {
  let source: EventSource | undefined
  let watch: number | undefined
  let parked = false
  let stopped = false

  const alive = () => {
    window.clearTimeout(watch)
    watch = window.setTimeout(reconnect, silenceMs)
  }
  const close = () => {
    window.clearTimeout(watch)
    source?.close()
    source = undefined
  }
  const reconnect = () => {
    close()
    if (stopped) return
    tell('away')
    watch = window.setTimeout(connect, retryMs)
  }
  const connect = () => {
    close()
    const opened = new EventSource('/api/live')
    source = opened
    opened.addEventListener('fresh', () => {
      tell('live')
      alive()
      // We may have missed anything: look at everything that is on the screen.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'statuses' })
    })
    opened.addEventListener('resumed', () => {
      tell('live')
      alive()
    })
    opened.addEventListener('beat', alive)
    // Too many tabs: this one sleeps until somebody looks at it.
    opened.addEventListener('park', () => {
      parked = true
      close()
    })
    opened.addEventListener('signed-out', () => window.location.assign('/sign-in'))
    opened.addEventListener('error', () => {
      tell('away')
      // The browser tries again by itself, with the last id, unless it gave up for good.
      if (opened.readyState === EventSource.CLOSED) reconnect()
    })
    for (const kind of kinds)
      opened.addEventListener(kind, (message) => {
        alive()
        takeEvent(queries, JSON.parse(message.data))
      })
  }
  const wake = () => {
    if (document.visibilityState !== 'visible' || !parked) return
    parked = false
    connect()
  }

  document.addEventListener('visibilitychange', wake)
  window.addEventListener('focus', wake)
  connect()
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('focus', wake)
    close()
  }
}

function takeEvent(queries: QueryClient, event: LiveEvent): void {
  switch (event.kind) {
    case 'calls':
      queries.setQueryData<readonly LiveCallView[]>(callsKey, event.calls)
      void queries.invalidateQueries({ queryKey: peopleKey })
      void queries.invalidateQueries({ queryKey: roomsKey })
      return
    case 'task':
      void queries.invalidateQueries({ queryKey: taskKey(event.taskId) })
      void queries.invalidateQueries({ queryKey: tasksKey })
      return
    case 'people':
      void queries.invalidateQueries({ queryKey: peopleKey })
      if (queries.getQueryData(meQuery.queryKey)?.userId === event.userId)
        void queries.invalidateQueries({ queryKey: meQuery.queryKey })
      return
    case 'phones':
      void queries.invalidateQueries({ queryKey: phonesKey })
      void queries.invalidateQueries({ queryKey: peopleKey })
      return
    case 'alert':
      tellAlert(event.sentence)
      return
    case 'trunks':
    case 'mailboxes':
      void queries.invalidateQueries({ queryKey: [event.kind] })
      return
  }
}
