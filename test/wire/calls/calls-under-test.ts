// Call control with real signalling and real sound in this process, a carrier and Eva's phone played by sipp.

import { z } from 'zod'
import { askNeighbours } from '#calls/ask-neighbours.ts'
import { type CallFact, readCallFact } from '#calls/facts.ts'
import { saveNumberPlan } from '#calls/number-plan.ts'
import { type Calls, startCalls } from '#calls/start-calls.ts'
import { readConfig } from '#config/config.ts'
import { systemClock } from '#lib/clock.ts'
import { openLog, silentLog } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import { openMedia } from '#media/open-media.ts'
import { Readiness } from '#people/readiness.ts'
import { createSkill, setSkillsOfUser } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import { createUser } from '#people/user.ts'
import { type Sip, startSip } from '#sip/signalling.ts'
import { json } from '#store/column.ts'
import { query } from '#store/database.ts'
import { openStore, type Tenant } from '#store/store.ts'
import { Line } from '#test/line.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'

export const ourNumber = '+420221000111'

export interface CallsUnderTest extends AsyncDisposable {
  readonly calls: Calls
  readonly sip: Sip
  readonly media: MediaEngine
  readonly tenant: Tenant
  readonly evaId: string
  readonly carrier: Line
  readonly phone: Line
  readonly phoneKeys: Readonly<Record<string, string>>
  facts(): readonly CallFact[]
  /** Waits for a fact of that kind of the newest call. */
  told(kind: CallFact['kind']): Promise<CallFact['body']>
  /** No leg anywhere; lines as before any call. */
  quiet(): Promise<void>
}

const log = process.env.CALLS_TEST_LOG === 'debug' ? openLog({ level: 'debug' }) : silentLog
const rows = query(
  z.object({ kind: z.string(), body: json(z.unknown()) }),
  'SELECT kind, body FROM facts ORDER BY id',
)

export async function callsUnderTest(options: { ringMs?: number } = {}): Promise<CallsUnderTest> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(tempFolder())
  const clock = systemClock
  const port = await freeSipPort('127.0.0.1')
  const rtp = freeRtpRange(100)
  const config = readConfig({ DATA_FOLDER: folder.path, SIP_ADDRESS: '127.0.0.1', SIP_PORT: String(port) })
  const store = stack.use(openStore({ dataFolder: folder.path, clock, log }))
  const tenant = store.createTenant({ name: 'acme', country: 'CZ', timeZone: 'Europe/Prague' })
  const media = stack.use(
    await openMedia({
      config: { engine: 'embedded', rtpAddress: '127.0.0.1', rtpPorts: [rtp.first, rtp.last] },
      clock,
      log,
    }),
  )
  const sip = stack.use(await startSip({ config, store, clock, log }))
  const readiness = new Readiness({ clock, log })
  const neighbours = askNeighbours({ store, sip, readiness })
  const calls = stack.use(
    await startCalls({
      store,
      sip,
      media,
      readiness,
      ...neighbours,
      clock,
      log,
      drainMs: 0,
      timeouts: { ringMs: options.ringMs ?? 20_000 },
    }),
  )
  const now = clock.now()
  const skill = createSkill(tenant.db, { name: 'sales' }, now)
  const eva = createUser(
    tenant.db,
    { name: 'Eva', email: 'eva@acme.example', role: 'agent', extension: '21' },
    now,
  )
  setSkillsOfUser(tenant.db, eva.id, [skill.id], now)
  setStatus(tenant.db, { userId: eva.id, statusId: 'ready', now })
  const carrier = stack.use(await Line.open({ address: '127.0.0.4', programPort: port }))
  carrier.edge.answersOptions = true
  const trunk = sip.trunks.book.create(tenant.id, {
    provider: 'acme',
    label: 'main',
    kind: 'ip',
    host: carrier.edge.address,
    port: carrier.edge.port,
    peers: [carrier.edge.address],
  })
  sip.trunks.numbers.create(tenant.id, { number: ourNumber, trunkId: trunk.id })
  saveNumberPlan(tenant.db, { number: ourNumber, label: 'sales', skills: [skill.id], recording: true })
  const made = sip.phones.book.create(tenant.id, { label: 'desk', userId: eva.id })
  const phoneKeys = {
    username: made.phone.username,
    password: made.secret,
    caller: made.phone.username,
    expires: '3600',
  }
  const phone = stack.use(await Line.open({ address: '127.0.0.5', programPort: port, keys: phoneKeys }))
  const contact = `sip:${made.phone.username}@${phone.edge.host}`
  // Registering itself is tested with the registrar; here the phone just is there.
  tenant.db.run(
    `INSERT INTO phone_contacts (phone_id, contact, route, transport, user_agent, call_id, cseq, registered_at, expires_at)
     VALUES (?, ?, ?, 'udp', 'sipp', 'r', 1, ?, ?)`,
    [made.phone.id, contact, contact, now, now + 3_600_000],
  )
  await waitUntil('the trunk is green', () => sip.trunks.state(trunk.id)?.light === 'green', 15_000)
  const facts = () => tenant.db.all(rows).flatMap((fact) => readCallFact(fact) ?? [])
  const opened = stack.move()
  return {
    calls,
    sip,
    media,
    tenant,
    evaId: eva.id,
    carrier,
    phone,
    phoneKeys,
    facts,
    told: (kind) => {
      return waitUntil(
        `fact ${kind}`,
        () => {
          const all = facts()
          const last = all.findLastIndex((fact) => fact.kind === 'call-started')
          return all.slice(last).find((fact) => fact.kind === kind)?.body
        },
        10_000,
      )
    },
    quiet: async () => {
      await waitUntil('no call', () => calls.size === 0)
      await waitUntil('no SIP leg', () => sip.liveLegs === 0)
      await waitUntil('no media leg', () => media.health().legs === 0)
      await Promise.all([carrier.reset(), phone.reset()])
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
