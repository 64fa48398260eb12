// A minimal Debian in a folder, made once by debootstrap and kept beside the checkout's other built things.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, run } from './run.ts'

const suite = 'bookworm'
// What the image installs: there already, so that each build fetches little.
const packages = ['ca-certificates', 'libuv1', 'libssl3', 'libsrtp2-1', 'libabsl20220623']

/** Its folder; not to be changed. @throws Error with debootstrap's last words */
export async function debianFolder(): Promise<string> {
  const kept = join(checkout, 'vendor/packaging', suite)
  if (existsSync(kept)) return kept
  const part = `${kept}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  await run('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, suite, part])
  renameSync(part, kept)
  return kept
}
