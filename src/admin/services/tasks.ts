// Tasks as the desk shows them: cards, the panel with its story, and the acts, each told to the other desks.
import type { CustomerInput, TaskFilter, TasksPort } from '#admin/ports.ts'
import type { MailView, RecordingView, TaskCard, TaskDetail } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import { findContact, findContactByEmail, findContactByNumber, topPoint } from '#people/contact.ts'
import { isPhoneNumber, readPhoneNumber, showPhoneNumber } from '#people/phone-number.ts'
import { listSkills, type Skill } from '#people/skill.ts'
import { listUsers } from '#people/user.ts'
import type { Database } from '#store/database.ts'
import {
  type Actor,
  assignToMe,
  commentOn,
  completeTask,
  createManualTask,
  editTask,
  offerToOthers,
  reopenTask,
} from '#tasks/acts.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import { type Customer, customerLabel, isOverdue, type Task } from '#tasks/task.ts'
import { readLog } from '#tasks/task-log.ts'
import { findTask } from '#tasks/task-store.ts'
import type { TenantParts } from './parts.ts'
import { skillViews } from './skills.ts'

export interface TaskSources extends TenantParts {
  /** Tells the other desks. */
  readonly changed: (taskId: string) => void
  /** Oldest first. */
  readonly recordingsOf: (taskId: string) => readonly RecordingView[]
  /** Oldest first. */
  readonly mailsOf: (conversationId: string) => readonly MailView[]
  readonly reply: (userId: string, conversationId: string, text: string) => void | Promise<void>
}

export function tasksPort(sources: TaskSources): TasksPort {
  const { tenant, clock, changed } = sources
  const { db } = tenant
  const actor = (userId: string): Actor => ({ userId, at: clock.now() })
  const done = (task: Task): void => changed(task.id)
  return {
    list: (userId, filter) => listCards(sources, userId, filter),
    find: (taskId) => {
      const task = findTask(db, taskId)
      return task && taskDetail(sources, task)
    },
    create: (userId, input) => {
      const made = db.transaction(() => {
        const task = createManualTask(db, actor(userId), {
          title: input.title,
          dueAt: input.due,
          skillIds: input.skillIds,
          ...(input.customer ? { customer: toCustomer(sources, input.customer) } : {}),
        })
        return input.assignToMe ? assignToMe(db, actor(userId), task.id) : task
      })
      changed(made.id)
      return taskDetail(sources, made)
    },
    assignToMe: (userId, taskId) => done(assignToMe(db, actor(userId), taskId)),
    offerToOthers: (userId, taskId) => done(offerToOthers(db, actor(userId), taskId)),
    complete: (userId, taskId) => done(completeTask(db, actor(userId), taskId)),
    reopen: (userId, taskId) => done(reopenTask(db, actor(userId), taskId)),
    edit: (userId, taskId, change) =>
      done(
        editTask(db, actor(userId), taskId, {
          title: change.title,
          dueAt: change.due,
          skillIds: change.skillIds,
          customer: change.customer === undefined ? undefined : toCustomer(sources, change.customer),
        }),
      ),
    comment: (userId, taskId, text) => done(commentOn(db, actor(userId), taskId, text)),
    reply: async (userId, taskId, text) => {
      const task = findTask(db, taskId)
      if (!task?.conversationId) throw noConversation()
      await sources.reply(userId, task.conversationId, text)
      changed(taskId)
    },
  }
}

interface Names {
  readonly people: ReadonlyMap<string, string>
  readonly skills: readonly Skill[]
  readonly now: number
  /** How numbers of this company are written without the country. */
  readonly country: string
}

function namesOf({ tenant, clock }: TenantParts): Names {
  const users = listUsers(tenant.db, { deactivated: true })
  return {
    people: new Map(users.map((user) => [String(user.id), user.name])),
    skills: listSkills(tenant.db),
    now: clock.now(),
    country: tenant.country,
  }
}

function listCards(sources: TaskSources, userId: string, filter: TaskFilter): readonly TaskCard[] {
  const names = namesOf(sources)
  const assignees: Readonly<Record<string, string>> = { me: userId, nobody: 'none' }
  const { kind, status, assignee, search, limit } = filter
  return listTasks(sources.tenant.db, {
    status: status ?? 'open',
    kind,
    assigneeId: assignee === undefined ? undefined : (assignees[assignee] ?? assignee),
    text: search,
    limit,
  }).map((task) => taskCard(task, names))
}

function taskCard(task: Task, names: Names): TaskCard {
  return {
    id: task.id,
    number: task.number,
    kind: task.kind,
    title: shownTitle(task, names.country),
    customer: customerView(task.customer, names.country),
    status: task.status,
    due: task.dueAt,
    overdue: isOverdue(task, names.now),
    assignee: task.assigneeId === null ? null : personOf(names, task.assigneeId),
    skills: skillViews(names.skills, task.skillIds),
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    note: task.note,
    missed: task.missedCount > 0,
  }
}

function taskDetail(sources: TaskSources, task: Task): TaskDetail {
  const names = namesOf(sources)
  const { db, country } = sources.tenant
  const mails = task.conversationId === null ? [] : sources.mailsOf(task.conversationId)
  const who = (userId: string | null) => (userId === null ? '' : personOf(names, userId).name)
  const phone = phoneOf(db, task.customer, country)
  return {
    ...taskCard(task, names),
    creator: who(task.creatorId),
    log: readLog(db, task.id).map(({ id, at, userId, kind, what }) => ({
      id: String(id),
      at,
      who: who(userId),
      what: kind === 'event' ? shownNumbers(what, country) : what,
      kind,
    })),
    recordings: sources.recordingsOf(task.id),
    mails,
    phone: phone ?? null,
    canCall: phone !== undefined,
    canReply: mails.some((mail) => mail.direction === 'in'),
  }
}

/** Log lines hold numbers as E.164; people read them with spaces. */
function shownNumbers(sentence: string, country: string): string {
  return sentence.replace(/\+[1-9]\d{6,14}\b/g, (number) => showPhoneNumber(number, country))
}

/** Titles too. */
function shownTitle({ title, customer: { address } }: Task, country: string): string {
  return address !== null && isPhoneNumber(address)
    ? title.replace(address, showPhoneNumber(address, country))
    : title
}

function customerView(customer: Customer, country: string): TaskCard['customer'] {
  const { name, address, contactId } = customer
  if (name === null && address === null) return null
  const shown = address !== null && isPhoneNumber(address) ? showPhoneNumber(address, country) : address
  return { contactId, name: name ?? shown ?? customerLabel(customer), address, shown }
}

/** T11: the contact's top number, else the number this customer came with. */
function phoneOf(db: Database, customer: Customer, country: string): string | undefined {
  const contact = customer.contactId === null ? undefined : findContact(db, customer.contactId)
  const top = contact && topPoint(contact, 'phone')
  return top ?? (customer.address === null ? undefined : readPhoneNumber(customer.address, country))
}

/** A name typed by hand is linked to the contact who has that number or address. */
function toCustomer({ tenant }: TenantParts, input: CustomerInput | null): Customer {
  if (input === null) return { contactId: null, name: null, address: null }
  const address = input.address?.trim() || null
  const number = address === null ? undefined : readPhoneNumber(address, tenant.country)
  const found =
    address === null
      ? undefined
      : number === undefined
        ? findContactByEmail(tenant.db, address)
        : findContactByNumber(tenant.db, number)
  return { contactId: found?.id ?? null, name: input.name, address: number ?? address }
}

function personOf(names: Names, id: string): { readonly id: string; readonly name: string } {
  return { id, name: names.people.get(id) ?? 'Somebody who left' }
}

function noConversation(): CordboardError {
  return new CordboardError('task.no-conversation', 'This task holds no mail to reply to.', { blame: 'user' })
}
