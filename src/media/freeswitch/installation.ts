// The name by which this installation knows its own channels at a FreeSWITCH that serves others too.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '#lib/errors.ts'

const shape = /^[0-9a-f]{16}$/

/** The same after a restart, so that channels a crash left behind are found; kept in the data folder. */
export function installationOf(dataFolder: string): string {
  const file = join(dataFolder, 'freeswitch-name')
  const known = readIfThere(file)
  if (known !== undefined && shape.test(known)) return known
  const name = randomBytes(8).toString('hex')
  writeFileSync(file, `${name}\n`, { mode: 0o600 })
  return name
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (err) {
    if (systemCodeOf(err) === 'ENOENT') return undefined
    throw err
  }
}
