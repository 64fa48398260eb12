// First run: claims a fresh box. Open only while no account exists, and only to who holds the token printed at start.
import { Hono } from 'hono'
import { z } from 'zod'
import { signInKeys } from '#admin/throttle.ts'
import { CordboardError } from '#lib/errors.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { email, newPassword, word } from './shapes.ts'
import { signIn } from './sign-in.ts'
import { jsonBody } from './validate.ts'

const setupBody = z.object({
  token: z.string().max(200),
  company: word('the name of your company', 100),
  country: z.string().regex(/^[A-Z]{2}$/, 'Choose your country.'),
  timeZone: z.string().min(1, 'Choose your time zone.').max(60),
  name: word('your name'),
  email,
  password: newPassword,
})

export const setupRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('public'), (c) =>
      c.json({ needed: !parts.services.accounts.any(), version: parts.version }),
    )
    .post('/', allow('public'), jsonBody(setupBody), async (c) => {
      const { token, ...input } = c.req.valid('json')
      refuseWhenDone(parts)
      const keys = signInKeys(parts.addressOf(c.req.raw, c.env), 'setup')
      if (parts.throttle.waitMs(keys) > 0 || !parts.setupToken.matches(token)) {
        parts.throttle.failed(keys)
        throw new CordboardError(
          'setup.token',
          'This set-up link is not the current one: open the address that was printed when Cordboard started.',
          { blame: 'user' },
        )
      }
      signIn(parts, c, await parts.services.accounts.setUp(input))
      return c.json({ ok: true }, 201)
    })

function refuseWhenDone(parts: ApiParts): void {
  if (!parts.services.accounts.any()) return
  throw new CordboardError('setup.done', 'This box is set up already: sign in instead.', { blame: 'user' })
}
