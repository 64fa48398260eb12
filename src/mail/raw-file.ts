// Raw messages on disk: written whole and synced before any row names them, never changed after (M1).
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CordboardError } from '#lib/errors.ts'

/** Writes `<year>/<month>/<id>.eml` below the mail folder; the path given back is relative to it. @throws `mail.disk` */
export async function writeRaw(mailFolder: string, id: string, raw: Buffer, at: number): Promise<string> {
  const file = join(new Date(at).toISOString().slice(0, 7).replace('-', '/'), `${id}.eml`)
  const path = join(mailFolder, file)
  try {
    mkdirSync(dirname(path), { recursive: true })
    const handle = await open(`${path}.part`, 'w', 0o600)
    try {
      await handle.writeFile(raw)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.part`, path)
    return file
  } catch (cause) {
    throw new CordboardError('mail.disk', 'A message could not be stored: the disk refused it.', {
      blame: 'setup',
      retry: true,
      cause,
    })
  }
}

export function readRaw(mailFolder: string, file: string): Promise<Buffer> {
  return readFile(join(mailFolder, file))
}

/** Tells whether two messages are byte for byte the same, also after the server numbered them anew. */
export function fingerprint(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex')
}
