// The units of systemd/, read by systemd itself.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '#test/temp-folder.ts'
import { checkout, run, runAnyhow } from './run.ts'

const units = readdirSync(join(checkout, 'systemd')).filter((name) => name.endsWith('.service'))
/** systemd's measure, 0 (none) to 10: what is left is the network, which is their work, and JavaScript's compiler. */
const exposureAllowed = 1.5

test('there is a unit for Cordboard and one for each engine it can have', () => {
  expect(units.toSorted()).toEqual([
    'cordboard-drachtio.service',
    'cordboard-freeswitch.service',
    'cordboard.service',
  ])
})

test.each(units)('systemd finds no fault with %s', async (unit) => {
  using system = await systemWith(unit)

  const { code, said } = await runAnyhow('systemd-analyze', [
    ...['verify', '--man=no', '--recursive-errors=one', `--root=${system.path}`, unit],
  ])

  expect(said).toBe('')
  expect(code).toBe(0)
})

test('a fault in a unit would be seen', async () => {
  using system = await systemWith('cordboard.service')
  const file = join(system.path, 'etc/systemd/system/cordboard.service')
  writeFileSync(file, readFileSync(file, 'utf8').replace('ProtectHome=', 'ProtectHoem='))

  const { said } = await runAnyhow('systemd-analyze', [
    'verify',
    '--man=no',
    `--root=${system.path}`,
    'cordboard.service',
  ])

  expect(said).toContain('ProtectHoem')
})

test.each(units)(`%s is exposed to no more than ${exposureAllowed} of systemd's 10`, async (unit) => {
  const threshold = String(exposureAllowed * 10)

  const said = await run('systemd-analyze', [
    ...['security', '--offline=true', '--no-pager', `--threshold=${threshold}`, `systemd/${unit}`],
  ])

  expect(said).toContain('Overall exposure level')
})

test('Cordboard has longer to stop than calls have to end', () => {
  const unit = readFileSync(join(checkout, 'systemd/cordboard.service'), 'utf8')
  const drainMs = /drainMs = ([\d_]+)/.exec(
    readFileSync(join(checkout, 'src/calls/start-calls.ts'), 'utf8'),
  )?.[1]

  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) * 1000).toBeGreaterThan(
    Number(drainMs?.replaceAll('_', '')) + 5_000,
  )
})

/** A root with the unit and something to run at each path that it starts. */
async function systemWith(unit: string): Promise<Disposable & { readonly path: string }> {
  const system = tempFolder()
  const place = (path: string) => {
    const target = join(system.path, path)
    mkdirSync(dirname(target), { recursive: true })
    return target
  }
  cpSync(join(checkout, 'systemd', unit), place(`etc/systemd/system/${unit}`))
  const programs = ['/opt/cordboard/current/systemd/with-notify', '/usr/bin/drachtio', '/usr/bin/freeswitch']
  for (const program of programs) {
    writeFileSync(place(program), '#!/bin/sh\n')
    chmodSync(place(program), 0o755)
  }
  for (const folder of ['/usr/lib/systemd/system', '/lib/systemd/system'])
    for (const name of ['sysinit', 'basic', 'shutdown', 'multi-user', 'network-online'])
      writeFileSync(place(`${folder}/${name}.target`), `[Unit]\nDescription=${name}\n`)
  return system
}
