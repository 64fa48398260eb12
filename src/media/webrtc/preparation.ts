// How far the worker's program is: what tools/mediasoup-worker/prepare, started by bin/setup, has left in vendor/.
import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '#lib/errors.ts'

export type Preparation =
  | { readonly kind: 'absent' | 'building' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ready'; readonly binary: string }

export const preparedFolder = join(import.meta.dirname, '../../../vendor/mediasoup-worker')

const interrupted = 'Its preparation was interrupted: run bin/setup again.'

export function readPreparation(folder: string, version: string): Preparation {
  const binary = join(folder, version, 'mediasoup-worker')
  if (isProgram(binary)) return { kind: 'ready', binary }
  const [, word, rest = ''] = /^(building|failed) (.*)/.exec(readStatus(join(folder, 'status'))) ?? []
  if (word === 'failed') return { kind: 'failed', reason: rest }
  if (word !== 'building') return { kind: 'absent' }
  return isRunning(Number(rest)) ? { kind: 'building' } : { kind: 'failed', reason: interrupted }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function readStatus(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (err) {
    if (systemCodeOf(err) === 'ENOENT') return ''
    throw err
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (err) {
    // Somebody else's process is one all the same.
    return systemCodeOf(err) === 'EPERM'
  }
}
