// Live events for the pages (Server-Sent Events): heartbeat, resume after a pause, at most a few streams per session.
import { Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { NumberedEvent } from '#admin/live-hub.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'

/** Under the 30 s after which common proxies drop a silent connection; also how soon an ended session goes silent. */
const heartbeatMs = 15_000
/** Browsers allow six connections per host (HTTP/1.1); a hidden tab's stream is given up before the desk starves. */
const maxPerSession = 4
/** A reader this far behind is gone or asleep: it will come back and resume. */
const maxBacklog = 500

interface OpenStream {
  readonly park: () => void
}

export const liveRoutes = (parts: ApiParts, allow: Allow) => {
  const open = new Map<string, OpenStream[]>()

  const register = (sessionId: string, stream: OpenStream): Disposable => {
    const all = [...(open.get(sessionId) ?? []), stream]
    // The oldest tab is told to sleep; it comes back when somebody looks at it.
    if (all.length > maxPerSession) all.shift()?.park()
    open.set(sessionId, all)
    return {
      [Symbol.dispose]: () => {
        const left = (open.get(sessionId) ?? []).filter((other) => other !== stream)
        if (left.length > 0) open.set(sessionId, left)
        else open.delete(sessionId)
      },
    }
  }

  return new Hono<ApiEnv>().get('/', allow('me.use'), (c) => {
    const { session } = c.var.viewer
    c.header('x-accel-buffering', 'no')
    c.header('cache-control', 'no-store')
    const lastId = Number(c.req.header('last-event-id') ?? Number.NaN)
    return streamSSE(c, async (sse) => {
      const outbox = openOutbox(sse)
      using stack = new DisposableStack()
      stack.use(register(session.id, { park: () => outbox.end('park') }))
      stack.use(parts.live.of(session.tenantId).on((numbered) => outbox.add(numbered)))
      stack.use(
        parts.clock.every(heartbeatMs, () => {
          if (parts.sessions.lives(session.id)) outbox.beat()
          else outbox.end('signed-out')
        }),
      )
      sse.onAbort(() => outbox.end(undefined))
      const missed = Number.isSafeInteger(lastId) ? parts.live.since(session.tenantId, lastId) : undefined
      await sse.writeSSE({ event: missed ? 'resumed' : 'fresh', data: '', retry: 2_000 })
      for (const numbered of missed ?? []) outbox.add(numbered)
      await outbox.drained
    })
  })
}

interface Outbox {
  add(numbered: NumberedEvent): void
  beat(): void
  /** Ends the stream after telling why, if a reason is given. */
  end(why: 'park' | 'signed-out' | undefined): void
  readonly drained: Promise<void>
}

/** Writes one after another; a slow reader makes the queue grow up to its cap, never the process. */
function openOutbox(sse: SSEStreamingApi): Outbox {
  const { promise, resolve } = Promise.withResolvers<void>()
  let backlog = 0
  let ended = false
  let chain: Promise<unknown> = Promise.resolve()
  const write = (act: () => Promise<unknown>): void => {
    if (ended) return
    backlog += 1
    if (backlog > maxBacklog) {
      finish()
      return
    }
    chain = chain.then(act).then(
      () => {
        backlog -= 1
      },
      () => finish(),
    )
  }
  const finish = (): void => {
    ended = true
    resolve()
  }
  return {
    add: ({ id, event }) =>
      write(() => sse.writeSSE({ id: String(id), event: event.kind, data: JSON.stringify(event) })),
    beat: () => write(() => sse.writeSSE({ event: 'beat', data: '' })),
    end: (why) => {
      if (ended) return
      if (why) write(() => sse.writeSSE({ event: why, data: '' }))
      ended = true
      void chain.finally(resolve)
    },
    drained: promise,
  }
}
