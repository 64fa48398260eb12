// The browser as a phone: one long answer that tells what rings (JSON lines), and the sound's offer and answer.
// The stream is a POST, because to open it makes the browser ring: the gate then asks for our own page's token.
import { type Context, Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { StreamingApi } from 'hono/utils/stream'
import { z } from 'zod'
import type { PhoneLine, PhoneStateView } from '#admin/phone-view.ts'
import type { BrowserUser } from '#admin/ports.ts'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { id } from './shapes.ts'
import { jsonBody } from './validate.ts'

/** A page that answers no beat for three of them is gone, although its connection may look alive. */
const beatMs = 10_000
const patienceMs = 35_000

const soundBody = z.object({ offer: z.string().min(1).max(16_384) })
const beatBody = z.object({ line: id })
const off: PhoneStateView = { kind: 'absent', sentence: 'The browser phone is switched off on this server.' }

export const browserPhoneRoutes = (parts: ApiParts, allow: Allow) => {
  const heardAt = new Map<string, number>()
  const phones = () => {
    const { browserPhones } = parts.services
    if (browserPhones) return browserPhones
    throw new CordboardError('phone.unknown', off.sentence, { blame: 'user' })
  }

  return new Hono<ApiEnv>()
    .get('/', allow('calls.use'), (c) => c.json(parts.services.browserPhones?.state ?? off))
    .post('/line', allow('calls.use'), (c) => {
      const user = userOf(c)
      const browserPhones = phones()
      const line = newId(parts.clock.now())
      c.header('content-type', 'application/x-ndjson')
      c.header('x-accel-buffering', 'no')
      return stream(c, async (body) => {
        const outbox = openOutbox(body)
        using stack = new DisposableStack()
        heardAt.set(line, parts.clock.monotonic())
        stack.defer(() => heardAt.delete(line))
        body.onAbort(() => outbox.end())
        outbox.write({ kind: 'hello', line })
        stack.use(
          browserPhones.attach(user, (news) => {
            outbox.write(news)
            if (news.kind === 'replaced') outbox.end()
          }),
        )
        stack.use(
          parts.clock.every(beatMs, () => {
            const silentMs = parts.clock.monotonic() - (heardAt.get(line) ?? 0)
            if (silentMs > patienceMs || !parts.sessions.lives(user.browserId)) outbox.end()
            else outbox.write({ kind: 'beat' })
          }),
        )
        await outbox.ended
      })
    })
    .post('/beat', allow('calls.use'), jsonBody(beatBody), (c) => {
      const { line } = c.req.valid('json')
      if (heardAt.has(line)) heardAt.set(line, parts.clock.monotonic())
      return c.json({ ok: true })
    })
    .post('/legs/:id/sound', allow('calls.use'), jsonBody(soundBody), async (c) => {
      const { offer } = c.req.valid('json')
      return c.json({ answer: await phones().connect(userOf(c), c.req.param('id'), offer) })
    })
}

function userOf(c: Context<ApiEnv>): BrowserUser {
  const { session } = c.var.viewer
  return { tenantId: session.tenantId, userId: session.userId, browserId: session.id }
}

interface Outbox {
  write(line: PhoneLine): void
  /** What was written is sent, then the stream ends. */
  end(): void
  readonly ended: Promise<void>
}

/** A page this far behind does not read any more. */
const maxBacklog = 100

function openOutbox(body: StreamingApi): Outbox {
  const { promise, resolve } = Promise.withResolvers<void>()
  let backlog = 0
  let over = false
  let chain: Promise<unknown> = Promise.resolve()
  const stop = (): void => {
    over = true
    resolve()
  }
  return {
    write: (line) => {
      if (over) return
      backlog += 1
      if (backlog > maxBacklog) return stop()
      chain = chain
        .then(() => body.write(`${JSON.stringify(line)}\n`))
        .then(() => {
          backlog -= 1
        }, stop)
    },
    end: () => {
      over = true
      void chain.finally(stop)
    },
    ended: promise,
  }
}
