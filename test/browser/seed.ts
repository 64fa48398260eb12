// A company on a busy afternoon, written the way it comes about: by facts of calls and mail, by people's acts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { saveNumberPlan } from '#calls/number-plan.ts'
import { writeRecording } from '#calls/recording-store.ts'
import { createContact } from '#people/contact.ts'
import { addPerson } from '#people/person.ts'
import { createSkill } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import type { Database } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import { assignToMe, commentOn, createManualTask } from '#tasks/acts.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import { speech } from './speech.ts'
import type { World } from './world.ts'

export const adminLogin = { email: 'eva@acme.example', password: 'correct horse 8' }
export const agentLogin = { email: 'bob@acme.example', password: 'correct horse 9' }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export interface Seeded {
  readonly tenant: Tenant
  readonly evaId: string
  readonly bobId: string
  readonly trunkId: string
  /** The open task of Alice, who called twice in vain. */
  readonly aliceTaskId: string
}

export async function seed(world: World, now = Date.now()): Promise<Seeded> {
  const { store } = world
  const tenant = store.createTenant({ name: 'Acme Ltd', country: 'CZ', timeZone: 'Europe/Prague' })
  const { db } = tenant
  const skill = (name: string) => createSkill(db, { name }, now - 30 * day).id
  const skills = {
    sales: skill('sales'),
    support: skill('support'),
    invoices: skill('invoices'),
    german: skill('German'),
  }
  const person = async (
    name: string,
    extension: string,
    more: { role?: 'agent' | 'leader' | 'admin'; skills: string[]; password?: string },
  ) =>
    (
      await addPerson(store, tenant, {
        name,
        email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
        password: more.password,
        role: more.role ?? 'agent',
        extension,
        skillIds: more.skills,
        now: now - 30 * day,
      })
    ).user.id
  const eva = await person('Eva Black', '101', {
    role: 'admin',
    skills: [skills.sales, skills.invoices],
    password: adminLogin.password,
  })
  const bob = await person('Bob White', '102', {
    skills: [skills.sales, skills.support],
    password: agentLogin.password,
  })
  const ivan = await person('Ivan Green', '103', { skills: [skills.support, skills.german] })
  const mia = await person('Mia Brown', '104', { role: 'leader', skills: [skills.sales, skills.german] })
  await person('Trent Gray', '105', { skills: [skills.invoices] })
  const status = (userId: string, statusId: string, agoMs: number) =>
    setStatus(db, { userId, statusId, now: now - agoMs })
  status(eva, 'ready', 2 * hour + 41 * minute)
  status(bob, 'ready', 56 * minute)
  status(ivan, 'break', 4 * minute + 20_000)
  status(mia, 'email-only', 23 * minute)

  const trunkId = seedTrunks(world, tenant, now)
  seedNumbers(world, tenant, { trunkId, skills })
  seedPhones(world, tenant, { eva, bob, ivan, mia })

  const alice = createContact(
    db,
    {
      name: 'Alice Novak',
      company: 'Novak Bakery',
      points: [
        { kind: 'phone', value: '+420604112233' },
        { kind: 'email', value: 'alice@novak.example' },
      ],
    },
    { country: 'CZ', now: now - 20 * day },
  )
  const carol = createContact(
    db,
    { name: 'Carol Dvorak', points: [{ kind: 'phone', value: '+420777123456' }] },
    { country: 'CZ', now: now - 9 * day },
  )
  const dave = createContact(
    db,
    { name: 'Dave Stone', company: 'Stone and Sons', points: [{ kind: 'phone', value: '+493012345678' }] },
    { country: 'CZ', now: now - 3 * day },
  )
  const party = (contact: typeof alice) => ({
    contactId: contact.id,
    name: contact.name,
    number: contact.points[0]?.value,
  })

  const call = callWriter(tenant, trunkId)
  call.answered('c1', {
    party: party(alice),
    at: now - 2 * day,
    userId: bob,
    talkMs: 161_000,
    skills: [skills.sales],
    recorded: true,
  })
  call.answered('c2', {
    party: party(dave),
    at: now - 26 * hour,
    userId: mia,
    talkMs: 412_000,
    skills: [skills.german],
    recorded: true,
  })
  call.missed('c3', { party: party(alice), at: now - 95 * minute, skills: [skills.sales], waitMs: 74_000 })
  call.missed('c4', { party: party(alice), at: now - 22 * minute, skills: [skills.sales], waitMs: 41_000 })
  call.missed('c5', {
    party: { number: '+420601998877' },
    at: now - 9 * minute,
    skills: [skills.support],
    waitMs: 18_000,
  })
  call.answered('c6', {
    party: party(carol),
    at: now - 47 * minute,
    userId: eva,
    talkMs: 205_000,
    skills: [skills.sales],
    recorded: true,
  })
  call.missed('c7', { party: party(dave), at: now - 3 * hour, skills: [skills.german], waitMs: 122_000 })

  seedMails(tenant, { now, eva, bob, skills })

  const task = (fields: {
    title: string
    dueIn: number | null
    skillIds: string[]
    agoMs: number
    by: string
    mine?: boolean
    customer?: { name: string; address: string }
  }) => {
    const at = now - fields.agoMs
    const made = createManualTask(
      db,
      { userId: fields.by, at },
      {
        title: fields.title,
        dueAt: fields.dueIn === null ? null : now + fields.dueIn,
        skillIds: fields.skillIds,
        ...(fields.customer ? { customer: { contactId: null, ...fields.customer } } : {}),
      },
    )
    if (fields.mine) assignToMe(db, { userId: fields.by, at: at + 1_000 }, made.id)
    return made.id
  }
  task({
    title: 'Send the new price list to Stone and Sons',
    dueIn: 3 * hour,
    skillIds: [skills.sales],
    agoMs: 5 * hour,
    by: mia,
    mine: true,
    customer: { name: 'Dave Stone', address: '+493012345678' },
  })
  task({
    title: 'Order paper for the front office',
    dueIn: null,
    skillIds: [],
    agoMs: 2 * day,
    by: eva,
    mine: true,
  })
  task({
    title: 'Ring the courier about Friday',
    dueIn: day + 2 * hour,
    skillIds: [skills.support],
    agoMs: 40 * minute,
    by: bob,
  })

  await world.tasks.caughtUp()
  const aliceTask = listTasks(db, { status: 'open', text: 'alice novak', kind: 'call' })[0]
  if (!aliceTask) throw new Error('the seed made no task for Alice')
  assignToMe(db, { userId: eva, at: now - 12 * minute }, aliceTask.id)
  commentOn(
    db,
    { userId: bob, at: now - 11 * minute },
    aliceTask.id,
    'She asked for the wedding cake order last time. The price she was told is in the mail from Tuesday.',
  )
  liveCalls(world, tenant, { now, eva, bob, trunkId, skills, aliceTask: aliceTask.id })
  return { tenant, evaId: eva, bobId: bob, trunkId, aliceTaskId: aliceTask.id }
}

function seedTrunks(world: World, tenant: Tenant, now: number): string {
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

function seedNumbers(
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
    skills: [skills.sales],
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

function seedPhones(
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

interface SeedCall {
  readonly party: {
    readonly contactId?: string
    readonly name?: string
    readonly number?: string | undefined
  }
  readonly at: number
  readonly skills: string[]
}

/** Writes the facts that call control would have written. */
function callWriter(tenant: Tenant, trunkId: string) {
  const { db } = tenant
  const tell = (kind: string, at: number, body: object) =>
    db.transaction(() => appendFact(db, { kind, at, body: { at, ...body } }))
  const start = (callId: string, call: SeedCall) => {
    db.run(
      `INSERT INTO calls (id, direction, state, skills, started_at, ended_at) VALUES (?, 'in', 'ended', '[]', ?, ?)`,
      [callId, call.at, call.at + minute],
    )
    tell('call-started', call.at, {
      callId,
      direction: 'in',
      party: call.party,
      number: '+420221000111',
      trunkId,
      skills: call.skills,
    })
  }
  return {
    missed: (callId: string, call: SeedCall & { waitMs: number }) => {
      start(callId, call)
      const at = call.at + call.waitMs
      tell('call-queued', call.at + 800, {
        callId,
        skills: call.skills,
        position: 1,
        reason: 'everybody with the skill is on a call',
      })
      tell('call-ended', at, {
        callId,
        outcome: 'missed',
        endedBy: 'caller',
        sentence: `The caller gave up after ${Math.round(call.waitMs / 1000)} s.`,
        talkMs: 0,
        waitMs: call.waitMs,
      })
    },
    answered: (callId: string, call: SeedCall & { userId: string; talkMs: number; recorded: boolean }) => {
      start(callId, call)
      tell('call-offered', call.at + 1_000, { callId, userId: call.userId, reason: 'longest idle, 04:10' })
      const at = call.at + 7_000
      tell('call-answered', at, { callId, userId: call.userId, waitMs: 7_000 })
      if (call.recorded) record(tenant, callId, { startedAt: at, durationMs: call.talkMs })
      const end = at + call.talkMs
      tell('call-ended', end, {
        callId,
        outcome: 'answered',
        endedBy: 'caller',
        sentence: 'The caller hung up.',
        talkMs: call.talkMs,
        waitMs: 7_000,
      })
    },
  }
}

function record(tenant: Tenant, callId: string, made: { startedAt: number; durationMs: number }): void {
  const file = `${callId}.wav`
  const bytes = speech(made.durationMs / 1000)
  writeFileSync(join(tenant.recordingsFolder, file), bytes)
  writeRecording(tenant.db, {
    id: `rec-${callId}`,
    callId,
    state: 'ready',
    file,
    startedAt: made.startedAt,
    durationMs: made.durationMs,
    bytes: bytes.length,
  })
}

function seedMails(
  tenant: Tenant,
  given: { now: number; eva: string; bob: string; skills: { invoices: string; sales: string } },
): void {
  const { db } = tenant
  const { now, skills } = given
  db.run(
    `INSERT INTO mailboxes (id, label, address, imap_host, imap_port, imap_security, smtp_host, smtp_port, smtp_security, username,
       password_sealed, skill_ids, due_within_ms, state, sentence, state_since, last_check_at, created_at)
     VALUES ('box', 'Orders', 'orders@acme.example', 'imap.acme.example', 993, 'tls', 'smtp.acme.example', 465, 'tls', 'orders', '', '[]',
       3600000, 'ok', 'Connected; new mail is seen at once.', ?, ?, ?)`,
    [now - 3 * day, now - 30_000, now - 20 * day],
  )
  const mail = mailWriter(db)
  mail.conversation('m1', 'Invoice 2231 does not match our order')
  mail.received({
    id: 'm1a',
    conversation: 'm1',
    at: now - 4 * hour,
    from: ['Grace Miller', 'grace@miller.example'],
    skills: [skills.invoices],
    text: 'Good morning,\n\nwe ordered 40 boxes, the invoice says 48. Can you please correct it? We pay by Friday.\n\nGrace Miller\nMiller Catering',
    files: [{ name: 'invoice-2231.pdf', bytes: 84_211 }],
  })
  mail.sent({
    id: 'm1b',
    conversation: 'm1',
    at: now - 3 * hour,
    userId: given.eva,
    to: 'grace@miller.example',
    text: 'Good morning Grace,\n\nthank you for telling us. I am asking the warehouse and will write again today.\n\nEva',
  })
  mail.received({
    id: 'm1c',
    conversation: 'm1',
    at: now - 35 * minute,
    from: ['Grace Miller', 'grace@miller.example'],
    skills: [skills.invoices],
    text: 'Thank you, Eva. One more thing: could the corrected invoice carry our new address? It is in the attached letter.\n\nGrace',
    files: [
      { name: 'new-address.pdf', bytes: 41_300 },
      { name: 'logo.png', bytes: 9_120 },
    ],
  })
  mail.conversation('m2', 'Delivery late again')
  mail.received({
    id: 'm2a',
    conversation: 'm2',
    at: now - 2 * hour - 20 * minute,
    from: ['Heidi Long', 'heidi@longfoods.example'],
    skills: [],
    text: 'Hello, our delivery for Monday has not come yet. Where is it?\n\nHeidi',
    files: [],
  })
  mail.conversation('m3', 'Question about opening hours')
  mail.received({
    id: 'm3a',
    conversation: 'm3',
    at: now - 16 * minute,
    from: ['Peggy Small', 'peggy@example.org'],
    skills: [skills.sales],
    text: 'Are you open on Saturday?\n\nPeggy',
    files: [],
  })
}

function mailWriter(db: Database) {
  const insert = (mail: {
    id: string
    conversation: string
    direction: 'in' | 'out'
    state: string
    at: number
    from: readonly [string, string]
    to: string
    text: string
    files: readonly { name: string; bytes: number }[]
    userId?: string
  }) =>
    db.run(
      `INSERT INTO mails (id, mailbox_id, conversation_id, direction, state, raw_file, raw_bytes, from_name, from_address, to_addresses,
         subject, body_text, attachments, user_id, at)
       VALUES (:id, 'box', :conversation, :direction, :state, :file, 1, :name, :address, :to, '', :text, :files, :userId, :at)`,
      {
        id: mail.id,
        conversation: mail.conversation,
        direction: mail.direction,
        state: mail.state,
        file: `${mail.id}.eml`,
        name: mail.from[0],
        address: mail.from[1],
        to: JSON.stringify([mail.to]),
        text: mail.text,
        files: JSON.stringify(mail.files.map((file) => ({ type: 'application/pdf', ...file }))),
        userId: mail.userId ?? null,
        at: mail.at,
      },
    )
  const subjects = new Map<string, string>()
  return {
    conversation: (id: string, subject: string) => {
      subjects.set(id, subject)
      db.run("INSERT INTO conversations (id, mailbox_id, subject, created_at) VALUES (?, 'box', ?, 0)", [
        id,
        subject,
      ])
    },
    received: (mail: {
      id: string
      conversation: string
      at: number
      from: readonly [string, string]
      skills: string[]
      text: string
      files: readonly { name: string; bytes: number }[]
    }) =>
      db.transaction(() => {
        insert({ ...mail, direction: 'in', state: 'received', to: 'orders@acme.example' })
        appendFact(db, {
          kind: 'mail-received',
          at: mail.at,
          body: {
            messageId: mail.id,
            conversationId: mail.conversation,
            mailboxId: 'box',
            at: mail.at,
            from: { name: mail.from[0], address: mail.from[1] },
            subject: subjects.get(mail.conversation) ?? '',
            preview: mail.text.slice(0, 200),
            skills: mail.skills,
            threadedBy: 'new',
            automatic: false,
            attachments: mail.files.length,
          },
        })
      }),
    sent: (mail: {
      id: string
      conversation: string
      at: number
      userId: string
      to: string
      text: string
    }) =>
      db.transaction(() => {
        insert({
          ...mail,
          direction: 'out',
          state: 'sent',
          from: ['Eva Black', 'orders@acme.example'],
          files: [],
        })
        appendFact(db, {
          kind: 'mail-sent',
          at: mail.at,
          body: { messageId: mail.id, conversationId: mail.conversation, at: mail.at, userId: mail.userId },
        })
      }),
  }
}

function liveCalls(
  world: World,
  tenant: Tenant,
  given: {
    now: number
    eva: string
    bob: string
    trunkId: string
    skills: { support: string }
    aliceTask: string
  },
): void {
  const { now } = given
  const common = {
    direction: 'in' as const,
    number: '+420221000112',
    trunkId: given.trunkId,
    skills: [given.skills.support],
    recording: false,
    taskId: undefined,
  }
  world.readiness.engage(given.eva)
  world.readiness.engage(given.bob)
  world.setCalls(tenant.id, [
    {
      ...common,
      id: 'live-1',
      direction: 'out',
      party: { name: 'Alice Novak', number: '+420604112233' },
      state: 'talking',
      startedAt: now - 175_000,
      answeredAt: now - 161_000,
      userId: given.eva,
      reason: undefined,
      recording: true,
      taskId: given.aliceTask,
    },
    {
      ...common,
      id: 'live-2',
      party: { number: '+420602334455' },
      state: 'held',
      startedAt: now - 320_000,
      answeredAt: now - 300_000,
      userId: given.bob,
      reason: undefined,
    },
    {
      ...common,
      id: 'live-3',
      party: { number: '+420608777666' },
      state: 'queued',
      startedAt: now - 42_000,
      answeredAt: undefined,
      userId: undefined,
      reason: 'everybody with the skill is on a call',
    },
  ])
}
