// docker/compose.yml, read as Docker Compose reads it: with no engine here, each thing it names is looked for.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readConfig, settingNames } from '#config/config.ts'
import packageJson from '#package.json' with { type: 'json' }
import { checkout, run, runAnyhow } from './run.ts'

const folder = join(checkout, 'docker')
const text = readFileSync(join(folder, 'compose.yml'), 'utf8')
const scalars = z.record(z.string(), z.union([z.string(), z.number()]).transform(String))

// The part of the compose specification that the file uses; a word that is not in it is a slip.
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string(), args: scalars }).optional(),
  network_mode: z.literal('host'),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: scalars,
  volumes: z.array(z.string()),
  tmpfs: z.array(z.string()).optional(),
  user: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_started') })).optional(),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string() }),
    ])
    .optional(),
})
const file = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
})

const { services, volumes } = file.parse(parse(text))
const named = (name: string) => {
  const found = services[name]
  if (!found) throw new Error(`compose.yml has no service ${name}`)
  return found
}

test('Cordboard, drachtio and FreeSWITCH, each of a version of its own', () => {
  expect(Object.keys(services).toSorted()).toEqual(['cordboard', 'drachtio', 'freeswitch'])
  for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+\.\d+$/)
  const { image, build } = named('cordboard')
  expect(image).toBe(`cordboard:${packageJson.version}`)
  expect(build?.args.VERSION).toBe(packageJson.version)
  expect(existsSync(join(folder, build?.context ?? '', build?.dockerfile ?? ''))).toBe(true)
})

test('every file and folder that is mounted is there, and every volume is declared', () => {
  for (const mounts of Object.values(services).map((one) => one.volumes))
    for (const [source = '', target = '', mode] of mounts.map((mount) => mount.split(':'))) {
      expect(target).toMatch(/^\//)
      if (!source.startsWith('.')) expect(Object.keys(volumes)).toContain(source)
      else {
        expect(statSync(join(folder, source)).size).toBeGreaterThan(0)
        expect(mode).toBe('ro')
      }
    }
})

test('our own configuration is what both engines read', () => {
  const { command = [], volumes: ofDrachtio } = named('drachtio')
  const drachtioReads = command[command.indexOf('-f') + 1]
  expect(ofDrachtio).toContain(`./drachtio/drachtio.conf.xml:${drachtioReads}:ro`)

  const { entrypoint = [], volumes: ofFreeswitch } = named('freeswitch')
  const freeswitchReads = `${entrypoint[entrypoint.indexOf('-conf') + 1]}/freeswitch.xml`
  expect(ofFreeswitch).toContain(`./freeswitch/freeswitch.xml:${freeswitchReads}:ro`)
})

test('every setting given to an engine or to Cordboard is one that it knows', () => {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  expect(settingNames).toEqual(expect.arrayContaining(Object.keys(named('cordboard').environment)))
  for (const name of Object.keys(named('drachtio').environment))
    expect(read('drachtio/drachtio.conf.xml')).toContain(name)
  for (const name of Object.keys(named('freeswitch').environment))
    expect(read('freeswitch/freeswitch.xml')).toContain(`$${name}"`)
})

test('what the three say to each other stays on loopback', () => {
  expect(named('drachtio').environment.DRACHTIO_ADMIN_ADDRESS).toBe('127.0.0.1')
  expect(readFileSync(join(folder, 'freeswitch/freeswitch.xml'), 'utf8')).toMatch(
    /data="esl_address=127\.0\.0\.1"[\s\S]*data="sip_address=127\.0\.0\.1"/,
  )
  const { environment } = named('freeswitch')
  expect(environment).not.toHaveProperty('FS_ESL_ADDRESS')
  expect(environment).not.toHaveProperty('FS_SIP_ADDRESS')
})

test('FreeSWITCH writes recordings as the user of the image, where Cordboard keeps them', () => {
  const image = readFileSync(join(folder, 'Dockerfile'), 'utf8')

  expect(named('freeswitch').user).toBe(/^USER (\S+)$/m.exec(image)?.[1])
  expect(named('freeswitch').volumes).toContain('data:/var/lib/cordboard')
  expect(named('cordboard').volumes).toContain('data:/var/lib/cordboard')
})

test('docker/make-env makes every variable that is needed, and Cordboard takes what comes of them', async () => {
  using env = await madeEnv()

  const needed = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? '')
  expect(needed.length).toBeGreaterThan(5)
  for (const name of needed) expect(env.values[name]).toMatch(/\S/)
  const filled = Object.entries(named('cordboard').environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+):([?-])([^}]*)\}/g, (_all, variable: string, kind: string, otherwise: string) =>
      kind === '?' ? (env.values[variable] ?? '') : otherwise,
    ),
  ])
  const config = readConfig(Object.fromEntries(filled))
  const { DRACHTIO_SECRET, FS_ESL_SECRET } = env.values
  expect(config.sip.server).toEqual({
    kind: 'drachtio',
    servers: [{ host: '127.0.0.1', port: 9022, secret: DRACHTIO_SECRET }],
  })
  expect(config.media.engine).toEqual({
    kind: 'freeswitch',
    machines: [{ host: '127.0.0.1', port: 8021, secret: FS_ESL_SECRET }],
  })
})

test('secrets are random, for nobody else to read, and stay when the script runs again', async () => {
  using first = await madeEnv()
  using second = await madeEnv()
  expect(first.values.DRACHTIO_SECRET).toMatch(/^[0-9a-f]{48}$/)
  expect(first.values.DRACHTIO_SECRET).not.toBe(second.values.DRACHTIO_SECRET)
  expect(first.values.DRACHTIO_SECRET).not.toBe(first.values.FS_ESL_SECRET)
  expect(statSync(first.path).mode & 0o777).toBe(0o600)

  const before = readFileSync(first.path, 'utf8')
  await run('docker/make-env', [first.path], { HOST_ADDRESS: '192.0.2.9' })
  expect(readFileSync(first.path, 'utf8')).toBe(before)
})

test('a secret that was written by hand is used, not replaced', async () => {
  using env = await madeEnv('DRACHTIO_SECRET=ours\n')

  expect(env.values.SIP_SERVER).toBe('drachtio://:ours@127.0.0.1:9022')
})

test('without any address of this machine the script says what it wants', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cordboard-env-')), '.env')
  // No `ip` to ask.
  const { code, said } = await runAnyhow(
    '/bin/sh',
    ['-c', 'ip() { :; }; . docker/make-env', 'make-env', path],
    {
      HOST_ADDRESS: '',
    },
  )
  rmSync(join(path, '..'), { recursive: true })

  expect(code).toBe(1)
  expect(said).toContain('HOST_ADDRESS=')
})

async function madeEnv(there = '') {
  const made = mkdtempSync(join(tmpdir(), 'cordboard-env-'))
  const path = join(made, '.env')
  if (there) writeFileSync(path, there, { mode: 0o600 })
  await run('docker/make-env', [path], { HOST_ADDRESS: '192.0.2.5' })
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const values: Readonly<Record<string, string>> = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return { path, values, [Symbol.dispose]: () => rmSync(made, { recursive: true }) }
}
