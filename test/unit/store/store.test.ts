import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { openStore } from '#store/store.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { tempFolder, testStore } from '#test/temp-folder.ts'

const open = (dataFolder: string, clock = fakeClock()) => openStore({ dataFolder, clock, log: silentLog })
const acme = { name: 'acme', country: 'CZ', timeZone: 'Europe/Prague' }

test('a folder that the file system refuses to make is a sentence, not a hang', () => {
  expect(() => open('/proc/cordboard/data')).toThrow(expect.objectContaining({ code: 'store.unwritable' }))
})

test('companies are there again after a restart, with their folders and secrets', () => {
  using folder = tempFolder()
  const data = join(folder.path, 'made', 'data')
  const first = open(data)
  const tenant = first.createTenant(acme)
  const sealed = first.vault.seal('pa55')
  first[Symbol.dispose]()

  using again = open(data)

  expect(again.tenants()).toHaveLength(1)
  expect(again.tenant(tenant.id)).toMatchObject({ ...acme, id: tenant.id })
  expect(existsSync(tenant.recordingsFolder) && existsSync(tenant.mailFolder)).toBe(true)
  expect(again.vault.open(sealed)).toBe('pa55')
  expect(statSync(data).mode & 0o777).toBe(0o700)
})

test('a data folder opens once at a time', () => {
  using folder = tempFolder()
  const first = open(folder.path)

  expect(() => open(folder.path)).toThrow(expect.objectContaining({ code: 'store.locked' }))
  first[Symbol.dispose]()
  open(folder.path)[Symbol.dispose]()
})

test('a folder that cannot be written is one sentence, and a later try works', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')

  expect(() => open(join(file, 'data'))).toThrow(expect.objectContaining({ code: 'store.unwritable' }))
})

test('a damaged key file stops the start and gives the lock back', () => {
  using folder = tempFolder()
  open(folder.path)[Symbol.dispose]()
  const key = join(folder.path, 'secret.key')
  const good = readFileSync(key)
  writeFileSync(key, 'short')

  expect(() => open(folder.path)).toThrow(expect.objectContaining({ code: 'secret.key' }))
  chmodSync(key, 0o600)
  writeFileSync(key, good)
  open(folder.path)[Symbol.dispose]()
})

test('a closed store leaves no timer', () => {
  using folder = tempFolder()
  const clock = fakeClock()

  open(folder.path, clock)[Symbol.dispose]()

  expect(clock.waiting).toBe(0)
})

test.each([
  ['name', { ...acme, name: '  ' }],
  ['country', { ...acme, country: 'cz' }],
  ['timeZone', { ...acme, timeZone: 'Europe/Atlantis' }],
])('a company with an unusable %s is refused and leaves nothing', (field, details) => {
  using given = testStore()

  expect(() => given.store.createTenant(details)).toThrow(
    expect.objectContaining({ code: 'store.tenant-details', message: expect.stringContaining(field) }),
  )
  expect(given.store.tenants()).toHaveLength(1)
})

test('a listener hears of each company there is and each to come', () => {
  using given = testStore()
  const heard: string[] = []

  const listening = given.store.onTenant((tenant) => heard.push(tenant.name))
  given.store.createTenant({ ...acme, name: 'globex' })
  listening[Symbol.dispose]()
  given.store.createTenant({ ...acme, name: 'initech' })

  expect(heard).toEqual(['acme', 'globex'])
})

test('an unknown company is store.no-tenant', () => {
  using given = testStore()

  expect(() => given.store.tenant('../../etc/passwd')).toThrow(
    expect.objectContaining({ code: 'store.no-tenant' }),
  )
})

test('a backup opens as a store of its own, with files and secrets; it never overwrites', async () => {
  using given = testStore()
  using folder = tempFolder()
  const target = join(folder.path, 'backup')
  writeFileSync(join(given.tenant.recordingsFolder, 'call.wav'), 'RIFF')
  const sealed = given.store.vault.seal('pa55')

  await given.store.backup(target)

  using copy = open(target)
  const [tenant] = copy.tenants()
  expect(tenant?.name).toBe('acme')
  expect(readFileSync(join(tenant?.recordingsFolder ?? '', 'call.wav'), 'utf8')).toBe('RIFF')
  expect(copy.vault.open(sealed)).toBe('pa55')
  await expect(given.store.backup(target)).rejects.toThrow(
    expect.objectContaining({ code: 'store.backup-exists' }),
  )
})
