// Mailboxes whose mail becomes tasks. A new one is tried first: nothing is stored that could not sign in.
import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { email, idList, word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const server = z.object({
  host: z
    .string()
    .trim()
    .max(255)
    .regex(/^[a-zA-Z0-9.:-]+$/, 'Enter a server like imap.example.com.'),
  port: z.int('Enter a port.').min(1, 'Enter a port.').max(65_535, 'Ports end at 65535.'),
  security: z.enum(['tls', 'starttls', 'none']),
})
const mailboxBody = z.object({
  label: word('a name for the mailbox', 60),
  address: email,
  imap: server,
  smtp: server,
  username: word('the user name', 254),
  password: z.string().min(1, 'Enter the password.').max(500),
  skillIds: idList,
})

export const mailboxRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('mailboxes.read'), async (c) => c.json(await c.var.viewer.tenant.mailboxes.list()))
    .post('/', allow('mailboxes.write'), jsonBody(mailboxBody), async (c) => {
      const { tenant, session } = c.var.viewer
      const mailbox = await tenant.mailboxes.create(c.req.valid('json'))
      parts.live.publish(session.tenantId, { kind: 'mailboxes', mailboxId: mailbox.id })
      return c.json(mailbox, 201)
    })
