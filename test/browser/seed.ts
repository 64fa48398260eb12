// A company on a busy afternoon, written the way it comes about: by facts of calls and mail, by people's acts.
import { createContact } from '#people/contact.ts'
import { addPerson } from '#people/person.ts'
import { createSkill } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import type { Database } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'
import { assignToMe, commentOn, createManualTask } from '#tasks/acts.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import type { Task } from '#tasks/task.ts'
import { callWriter, liveCalls } from './seed-calls.ts'
import { seedMails } from './seed-mail.ts'
import { seedNumbers, seedPhones, seedTrunks } from './seed-settings.ts'
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
  /** A conversation of three mails. */
  readonly mailTaskId: string
  /** Done, with a recording. */
  readonly recordedTaskId: string
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
  const aliceTask = getTask(db, 'open', 'alice novak')
  assignToMe(db, { userId: eva, at: now - 12 * minute }, aliceTask.id)
  commentOn(
    db,
    { userId: bob, at: now - 11 * minute },
    aliceTask.id,
    'She asked for the wedding cake order last time. The price she was told is in the mail from Tuesday.',
  )
  liveCalls(world, tenant, { now, eva, bob, trunkId, skills, aliceTask: aliceTask.id })
  return {
    tenant,
    evaId: eva,
    bobId: bob,
    trunkId,
    aliceTaskId: aliceTask.id,
    mailTaskId: getTask(db, 'open', 'invoice 2231').id,
    recordedTaskId: getTask(db, 'closed', 'carol').id,
  }
}

function getTask(db: Database, status: Task['status'], text: string): Task {
  const [task] = listTasks(db, { status, text })
  if (!task) throw new Error(`the seed made no task for ${text}`)
  return task
}
