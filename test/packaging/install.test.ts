// bin/install, run on a fresh Debian in a folder: what lies where, an upgrade, the way back.
import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import packageJson from '#package.json' with { type: 'json' }
import { tempFolder } from '#test/temp-folder.ts'
import { freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { debianFolder } from './debian.ts'
import { run, runAnyhow } from './run.ts'

const folder = tempFolder()
const root = join(folder.path, 'root')
const at = (path: string) => join(root, path)
const textAt = (path: string) => readFileSync(at(path), 'utf8')
const install = (...more: readonly string[]) =>
  run('bin/install', ['--root', root, ...more], { HOST_ADDRESS: '192.0.2.5', BROWSER_PHONE: 'off' })
const releaseInUse = () => readlinkSync(at('opt/cordboard/current')).replace('releases/', '')
const backups = () => readdirSync(at('var/backups/cordboard')).toSorted()

beforeAll(async () => {
  await run('cp', ['-a', await debianFolder(), root])
  await install('--engines')
}, 600_000)
// Many thousand files.
afterAll(() => folder[Symbol.dispose](), 600_000)

test('the release, the units, the user and the settings lie where docs/install.md says', async () => {
  expect(releaseInUse()).toMatch(new RegExp(`^${packageJson.version}-\\d{8}T\\d{6}Z$`))
  expect(readdirSync(at('usr/local/lib/systemd/system')).toSorted()).toEqual([
    'cordboard-drachtio.service',
    'cordboard-freeswitch.service',
    'cordboard.service',
  ])
  expect(textAt('etc/passwd')).toMatch(/^cordboard:x:\d+:\d+:.*:\/var\/lib\/cordboard:\/usr\/sbin\/nologin$/m)
  for (const name of ['cordboard.env', 'engines.env'])
    expect(statSync(at(`etc/cordboard/${name}`)).mode & 0o777).toBe(0o600)
  expect(textAt('etc/cordboard/engines.env')).toContain('HOST_ADDRESS=192.0.2.5')
  expect(await install('--list')).toBe(`${releaseInUse()}  (in use)\n`)
})

test('every file that a unit starts or reads is in the release', () => {
  const units = readdirSync(at('usr/local/lib/systemd/system')).map((name) =>
    textAt(`usr/local/lib/systemd/system/${name}`),
  )
  const named = units.flatMap((unit) => unit.match(/\/opt\/cordboard\/current\/[\w./-]+/g) ?? [])

  expect(new Set(named).size).toBeGreaterThan(5)
  expect([...new Set(named)].filter((path) => !existsSync(at(path)))).toEqual([])
})

test('nothing of a release can be changed by the user that runs it', async () => {
  const found = await run('find', [
    at('opt/cordboard'),
    '(',
    '-not',
    '-user',
    'root',
    '-o',
    '-perm',
    '/022',
    ')',
    '-not',
    '-type',
    'l',
  ])

  expect(found).toBe('')
})

test('what was installed runs there as its user, on what the release brings', async () => {
  await using program = await startInstalled()

  const page = await fetch(program.url)
  expect(await page.text()).toContain('<div id="app">')
  expect(await program.stop()).toBe(0)
  expect(statSync(at('var/lib/cordboard/secret.key')).mode & 0o777).toBe(0o600)
})

test('an upgrade keeps settings and secrets and backs up the databases; the way back restores them', async () => {
  const before = releaseInUse()
  const secrets = textAt('etc/cordboard/engines.env')
  writeFileSync(at('etc/cordboard/cordboard.env'), 'LOG_LEVEL=debug\n')
  rmSync(at('var/lib/cordboard'), { recursive: true, force: true })
  mkdirSync(at('var/lib/cordboard/tenants'), { recursive: true })
  writeFileSync(at('var/lib/cordboard/secret.key'), 'key')
  writeFileSync(at('var/lib/cordboard/system.db'), 'old')
  writeFileSync(at('var/lib/cordboard/tenants/acme.db'), 'old')

  await install()

  const after = releaseInUse()
  expect(after).not.toBe(before)
  expect(textAt('etc/cordboard/cordboard.env')).toBe('LOG_LEVEL=debug\n')
  expect(textAt('etc/cordboard/engines.env')).toBe(secrets)
  const backup = backups().find((name) => name.endsWith(before)) ?? ''
  expect(textAt(`var/backups/cordboard/${backup}/tenants/acme.db`)).toBe('old')
  expect(statSync(at('var/backups/cordboard')).mode & 0o777).toBe(0o700)

  for (const name of ['system.db', 'system.db-wal', 'tenants/acme.db', 'tenants/later.db'])
    writeFileSync(at(`var/lib/cordboard/${name}`), 'new')
  await install('--use', before, '--restore', at(`var/backups/cordboard/${backup}`))

  expect(releaseInUse()).toBe(before)
  expect(textAt('var/lib/cordboard/system.db')).toBe('old')
  expect(textAt('var/lib/cordboard/tenants/acme.db')).toBe('old')
  expect(existsSync(at('var/lib/cordboard/system.db-wal'))).toBe(false)
  expect(existsSync(at('var/lib/cordboard/tenants/later.db'))).toBe(false)
  const kept = backups().find((name) => name.endsWith('before-restore')) ?? ''
  expect(textAt(`var/backups/cordboard/${kept}/tenants/later.db`)).toBe('new')
})

test('a release that is not there is refused before anything is changed', async () => {
  const before = releaseInUse()

  const { code, said } = await runAnyhow('bin/install', ['--root', root, '--use', '9.9.9'])

  expect(code).toBe(1)
  expect(said).toContain('there is no release 9.9.9')
  expect(releaseInUse()).toBe(before)
})

test.each([
  ['debian', '12', true],
  ['debian', '13', true],
  ['ubuntu', '24.04', true],
  ['debian', '11', false],
  ['ubuntu', '22.04', false],
  ['fedora', '12', false],
])('%s %s is taken for what it is', async (id, version, good) => {
  using other = tempFolder()
  mkdirSync(join(other.path, 'etc'))
  writeFileSync(join(other.path, 'etc/os-release'), `ID=${id}\nVERSION_ID="${version}"\n`)

  const { said } = await runAnyhow('bin/install', ['--root', other.path, '--use', '9.9.9'])

  expect(said).toContain(
    good ? 'there is no release' : 'this is made for Debian 12, Debian 13 and Ubuntu 24.04',
  )
})

/** The release in use, in its Debian, as cordboard.service would start it, on loopback. */
async function startInstalled() {
  const httpPort = String(await freeSipPort('127.0.0.1'))
  const rtp = freeRtpRange(20)
  const settings = {
    DATA_FOLDER: '/var/lib/cordboard',
    HTTP_ADDRESS: '127.0.0.1',
    HTTP_PORT: httpPort,
    SIP_ADDRESS: '127.0.0.1',
    SIP_PORT: String(await freeSipPort('127.0.0.1')),
    RTP_ADDRESS: '127.0.0.1',
    RTP_PORTS: `${rtp.first}-${rtp.last}`,
    TEST_CARRIER: 'off',
    BROWSER_PHONE: 'off',
  }
  // As StateDirectory= does.
  const owner = /^cordboard:x:(\d+:\d+):/m.exec(textAt('etc/passwd'))?.[1] ?? ''
  await run('install', [
    '-d',
    '-o',
    owner.split(':')[0] ?? '',
    '-g',
    owner.split(':')[1] ?? '',
    at('var/lib/cordboard'),
  ])
  const program = ['/opt/cordboard/current/bin/node', '/opt/cordboard/current/src/main.ts']
  const child: ChildProcess = spawn('/usr/sbin/chroot', [`--userspec=${owner}`, root, ...program], {
    env: settings,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${httpPort}`
  const isUp = () =>
    fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    )
  await waitUntil('the installed program is up', isUp, 60_000)
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return { url, stop: () => stop('SIGTERM'), [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')) }
}
