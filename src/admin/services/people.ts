// People as the pages show them: name, skills, status, whether they talk, whether a phone of theirs is on.
import type { PeoplePort, PersonChange } from '#admin/ports.ts'
import type { PersonView, PhoneView, StatusView } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import {
  type AutomaticStatus,
  endAutomaticStatus,
  extendAutomaticStatus,
  listAutomaticStatuses,
} from '#people/automatic-status.ts'
import { addPerson, givePassword } from '#people/person.ts'
import { listSkills, listUserSkills, setSkillsOfUser } from '#people/skill.ts'
import { lightOf, listPresence, listStatuses, type Presence, setStatus } from '#people/status.ts'
import { changeUser, getUser, listUsers, type User } from '#people/user.ts'
import type { TenantParts } from './parts.ts'
import { skillView } from './skills.ts'

export interface PeopleSources extends TenantParts {
  readonly isBusy: (userId: string) => boolean
  readonly phonesOfPeople: () => readonly Pick<PhoneView, 'user' | 'online'>[]
}

export function peoplePort(sources: PeopleSources): PeoplePort {
  const { store, tenant, clock } = sources
  const { db } = tenant
  const find = (userId: string) => listPeople(sources).find((person) => person.id === userId)
  return {
    list: () => listPeople(sources),
    find,
    create: async (input) => {
      const { user } = await addPerson(store, tenant, {
        name: input.name,
        email: input.email,
        password: input.password,
        role: input.role,
        extension: input.extension ?? undefined,
        skillIds: input.skillIds,
        now: clock.now(),
      })
      return getPerson(find, user.id)
    },
    update: async (userId, change) => {
      const user = getUser(db, userId)
      if (change.password !== undefined) await givePassword(store, user, change.password)
      applyChange(sources, user, change)
      return getPerson(find, user.id)
    },
    statuses: () =>
      listStatuses(db)
        .filter((status) => !status.automatic)
        .map((status) => ({ id: status.id, label: status.name, kind: status.light })),
    setStatus: (userId, statusId) => void setStatus(db, { userId, statusId, now: clock.now() }),
    endStatus: (userId) => void endAutomaticStatus(db, userId, clock.now()),
    extendStatus: (userId) => void extendAutomaticStatus(db, userId),
  }
}

function listPeople({ tenant, clock, isBusy, phonesOfPeople }: PeopleSources): readonly PersonView[] {
  const { db } = tenant
  const skills = listSkills(db)
  const skillsOf = listUserSkills(db)
  const presences = new Map(listPresence(db).map((presence) => [presence.userId, presence]))
  const automatic = new Map(listAutomaticStatuses(db).map((one) => [one.userId, one]))
  const allPhones = phonesOfPeople()
  return listUsers(db).map((user) => {
    const own = allPhones.filter((phone) => phone.user?.id === user.id)
    return {
      id: user.id,
      name: user.name,
      email: user.email,
      extension: user.extension ?? null,
      role: user.role,
      skills: skills.filter((skill) => skillsOf.get(user.id)?.has(skill.id)).map(skillView),
      status: {
        ...statusView(presences.get(user.id), user, clock.now()),
        ...automaticView(presences.get(user.id), automatic.get(user.id)),
      },
      onCall: isBusy(user.id),
      phones: { total: own.length, online: own.filter((phone) => phone.online).length },
    }
  })
}

function statusView(presence: Presence | undefined, user: User, now: number): StatusView {
  if (!presence) return { id: 'offline', label: 'Offline', kind: 'grey', since: user.createdAt }
  const { status, sinceAt } = presence
  const view = { id: status.id, label: status.name, kind: lightOf(presence, now), since: sinceAt }
  return status.limitMs === undefined ? view : { ...view, limitMs: status.limitMs }
}

function automaticView(
  presence: Presence | undefined,
  found: AutomaticStatus | undefined,
): Partial<StatusView> {
  if (!presence || !found) return {}
  const { sentence, endsAt, extensionMs } = found
  const automatic = { sentence, endsAt: endsAt ?? null, extendable: extensionMs !== undefined }
  // Its own end is its limit: a long wrap-up is not late before that.
  return endsAt === undefined
    ? { automatic }
    : { automatic, kind: presence.status.light, limitMs: endsAt - presence.sinceAt }
}

function applyChange({ tenant, clock }: PeopleSources, user: User, change: PersonChange): void {
  const { name, role, extension, skillIds } = change
  tenant.db.transaction(() => {
    changeUser(tenant.db, user.id, { name, role, extension }, clock.now())
    if (skillIds) setSkillsOfUser(tenant.db, user.id, skillIds, clock.now())
  })
}

function getPerson(find: (userId: string) => PersonView | undefined, userId: string): PersonView {
  const person = find(userId)
  if (person) return person
  throw new CordboardError('people.no-user', 'There is no such person here.', { blame: 'user' })
}
