// Trunks in every mood, numbers, phones.
import { saveNumberPlan } from '#calls/number-plan.ts'
import { saveHours } from '#calls/plan/opening-hours.ts'
import { type PlanBranches, plainQueue } from '#calls/plan/plan-step.ts'
import type { Tenant } from '#store/store.ts'
import type { World } from './world.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export function seedTrunks(world: World, tenant: Tenant, now: number): string {
  const from = now - day
  const main = world.trunkBook.create(tenant.id, {
    provider: 'Acme Telecom',
    label: 'Main line',
    kind: 'registration',
    host: 'sip.acme-telecom.example',
    transport: 'udp',
    username: '420221000111',
    password: 'secret',
    maxCalls: 10,
  })
  const backup = world.trunkBook.create(tenant.id, {
    provider: 'Northern Voice',
    label: 'Backup',
    kind: 'ip',
    host: 'sbc.northern.example',
    transport: 'tcp',
    peers: ['192.0.2.40'],
    maxCalls: 4,
  })
  const german = world.trunkBook.create(tenant.id, {
    provider: 'Rhein Netz',
    label: 'German numbers',
    kind: 'registration',
    host: 'reg.rhein.example',
    transport: 'udp',
    username: '4930555',
    password: 'secret',
    maxCalls: 2,
  })
  const spare = world.trunkBook.create(tenant.id, {
    provider: 'Old Copper',
    label: 'Fax line',
    kind: 'ip',
    host: '192.0.2.77',
    transport: 'udp',
    peers: [],
    enabled: false,
  })
  world.setTrunk(main.id, {
    light: 'green',
    reason: 'Registered; OPTIONS answered in 12 ms.',
    advice: '',
    lastCode: 200,
    since: now - 9 * hour,
    callsInUse: 2,
    strip: [
      { from, to: now - 9.4 * hour, light: 'green' },
      { from: now - 9.4 * hour, to: now - 9 * hour, light: 'red' },
      { from: now - 9 * hour, to: now, light: 'green' },
    ],
  })
  world.setTrunk(backup.id, {
    light: 'amber',
    reason: 'OPTIONS is answered, but 2 of the last 5 were lost.',
    advice: 'Calls still work. If it stays, ask Northern Voice about packet loss to 192.0.2.40.',
    lastCode: 200,
    since: now - 38 * minute,
    callsInUse: 0,
    strip: [
      { from, to: now - 2 * hour, light: 'green' },
      { from: now - 2 * hour, to: now - 70 * minute, light: 'amber' },
      { from: now - 70 * minute, to: now - 38 * minute, light: 'green' },
      { from: now - 38 * minute, to: now, light: 'amber' },
    ],
  })
  world.setTrunk(german.id, {
    light: 'red',
    reason: 'Rhein Netz refuses the user name or password.',
    advice:
      'Check both with the provider, then enter them again. Nothing more is tried until then, so that the account is not locked.',
    lastCode: 403,
    since: now - 2 * hour - 12 * minute,
    callsInUse: 0,
    strip: [
      { from: now - 20 * hour, to: now - 2.2 * hour, light: 'green' },
      { from: now - 2.2 * hour, to: now, light: 'red' },
    ],
  })
  world.setTrunk(spare.id, {
    light: 'grey',
    reason: 'Switched off.',
    advice: 'Switch the trunk on to use it.',
    lastCode: null,
    since: now - 6 * day,
    callsInUse: 0,
    strip: [{ from, to: now, light: 'grey' }],
  })
  world.numberBook.create(tenant.id, { number: '+493055500', trunkId: german.id, label: 'Berlin' })
  return main.id
}

export function seedNumbers(
  world: World,
  tenant: Tenant,
  given: { trunkId: string; skills: { sales: string; support: string; german: string } },
): void {
  const { skills, trunkId } = given
  world.numberBook.create(tenant.id, { number: '+420221000111', trunkId, label: 'Orders' })
  world.numberBook.create(tenant.id, { number: '+420221000112', trunkId, label: 'Help line' })
  saveNumberPlan(tenant.db, {
    number: '+420221000111',
    label: 'Orders',
    plan: ordersPlan(tenant, skills),
    recording: true,
  })
  saveNumberPlan(tenant.db, {
    number: '+420221000112',
    label: 'Help line',
    skills: [skills.support],
    recording: false,
  })
  saveNumberPlan(tenant.db, {
    number: '+493055500',
    label: 'Berlin',
    skills: [skills.sales, skills.german],
    recording: false,
  })
}

/** Hours, a greeting, a menu with two queues, and a message when the shop is closed. */
function ordersPlan(tenant: Tenant, skills: { sales: string; support: string }): PlanBranches {
  const weekly = [1, 2, 3, 4, 5].map((day) => ({ day, from: 480, to: 1020 }))
  const holidays = [{ name: 'Christmas Eve', date: '2026-12-24', yearly: true, open: [] }]
  const input = { name: 'Shop', timeZone: null, weekly, holidays }
  const { id: hoursId } = saveHours(tenant.db, input, { now: Date.now() })
  const voicemail = {
    kind: 'voicemail',
    greeting: null,
    skills: [skills.sales],
    mailTo: ['orders@acme.example'],
    maxMs: 180_000,
  } as const
  const announce = { position: true, wait: true, everyMs: 60_000 }
  const sales = {
    ...plainQueue([skills.sales]),
    announce,
    maxWaitMs: 300_000,
    callbackKey: '5',
    overflow: [voicemail],
  }
  const menu = {
    kind: 'menu',
    sound: 'welcome',
    options: [
      { key: '1', label: 'Orders', steps: [sales] },
      { key: '2', label: 'Help', steps: [plainQueue([skills.support])] },
    ],
    timeoutMs: 5_000,
    times: 2,
    extensions: true,
    otherwise: [plainQueue([])],
  } as const
  return {
    language: 'en',
    hoursId,
    open: [menu],
    closed: [{ kind: 'announce', sound: 'closed' }, voicemail],
    holiday: null,
  }
}

export function seedPhones(
  world: World,
  tenant: Tenant,
  people: { eva: string; bob: string; ivan: string; mia: string },
): void {
  const phone = (label: string, userId: string, at?: { address: string; agent: string }) => {
    const { phone: made } = world.phoneBook.create(tenant.id, { label, userId })
    if (at)
      world.setContacts(made.id, [
        {
          contact: `sip:${made.username}@${at.address}`,
          route: `sip:${made.username}@${at.address}`,
          transport: 'udp',
          userAgent: at.agent,
          callId: made.id,
          cseq: 4,
          registeredAt: Date.now() - hour,
          expiresAt: Date.now() + hour,
        },
      ])
  }
  phone('Desk phone', people.eva, { address: '192.0.2.21:5060', agent: 'Yealink SIP-T53W 96.86' })
  phone('Laptop', people.eva)
  phone('Desk phone', people.bob, { address: '192.0.2.22:5060', agent: 'Snom D735 10.1' })
  phone('Desk phone', people.ivan, { address: '192.0.2.23:5062', agent: 'Grandstream GXP2170 1.0' })
  phone('Mobile app', people.mia, { address: '192.0.2.60:49152', agent: 'Linphone 5.2' })
}
