// Sign-in: the same answer for an unknown address and a wrong password, after the same time; guessing is slowed down.
import { type Context, Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { z } from 'zod'
import type { Membership } from '#admin/ports.ts'
import { absoluteMs } from '#admin/sessions.ts'
import { signInKeys } from '#admin/throttle.ts'
import { CordboardError } from '#lib/errors.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { type Allow, cookieName, isSecure } from './gate.ts'
import { jsonBody } from './validate.ts'

const signInBody = z.object({
  email: z.string().trim().min(1, 'Enter your email address.').max(254),
  password: z.string().min(1, 'Enter your password.').max(200),
})

/** argon2 takes tens of MB per check: more at once would let a flood of guesses take the memory of the calls. */
const maxChecksAtOnce = 4

export const signInRoutes = (parts: ApiParts, allow: Allow) => {
  let checking = 0
  return new Hono<ApiEnv>().post('/', allow('public'), jsonBody(signInBody), async (c) => {
    const given = c.req.valid('json')
    const keys = signInKeys(parts.addressOf(c.req.raw, c.env), given.email)
    const waitMs = parts.throttle.waitMs(keys)
    if (waitMs > 0) throw throttled(waitMs)
    if (checking >= maxChecksAtOnce) throw throttled(1_000)
    checking += 1
    // Counted before the check and forgotten after a success, so that guesses in parallel count too.
    parts.throttle.failed(keys)
    try {
      const membership = await parts.services.accounts.check(given.email, given.password)
      if (!membership)
        throw new CordboardError('session.rejected', 'This email address and password do not match.', {
          blame: 'user',
        })
      parts.throttle.succeeded(keys)
      signIn(parts, c, membership)
      return c.json({ ok: true })
    } finally {
      checking -= 1
    }
  })
}

/** Opens a session and gives its token to the browser, out of reach of scripts. */
export function signIn(parts: ApiParts, c: Context<ApiEnv>, membership: Membership): void {
  const { token } = parts.sessions.open(membership, {
    address: parts.addressOf(c.req.raw, c.env),
    userAgent: c.req.header('user-agent') ?? '',
  })
  setCookie(c, cookieName(parts.publicUrl), token, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(parts.publicUrl),
    path: '/',
    maxAge: absoluteMs / 1000,
  })
}

function throttled(waitMs: number): CordboardError {
  const seconds = Math.ceil(waitMs / 1000)
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return new CordboardError('session.throttled', `Too many tries: wait ${wait}, then try again.`, {
    blame: 'user',
  })
}
