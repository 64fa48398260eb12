// What SQLite and the file system say when storing fails, as one sentence that tells a person what to do.
import { dirname } from 'node:path'
import { CordboardError, messageOf, systemCodeOf } from '#lib/errors.ts'

/** Translates a thrown storage error; anything unknown comes back as it is, for it is a bug. */
export function storeFault(path: string, thrown: unknown): unknown {
  const code = systemCodeOf(thrown)
  if (code === undefined) return openFault(path, thrown)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new CordboardError(
      'store.full',
      `The disk that holds ${dirname(path)} is full: free some space, then try again.`,
      { blame: 'setup', retry: true, cause: thrown },
    )
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new CordboardError('store.busy', `${path} is held by another program: close it, then try again.`, {
      blame: 'setup',
      retry: true,
      cause: thrown,
    })
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new CordboardError('store.damaged', `${path} is damaged: restore it from the last backup.`, {
      blame: 'setup',
      cause: thrown,
    })
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return new CordboardError('store.duplicate', 'This already exists.', { blame: 'user', cause: thrown })
  if (isUnwritable(code)) return unwritable(path, thrown)
  return thrown
}

function isUnwritable(code: string): boolean {
  return (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_IOERR') ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code)
  )
}

function openFault(path: string, thrown: unknown): unknown {
  return messageOf(thrown).startsWith('Cannot open database') ? unwritable(path, thrown) : thrown
}

function unwritable(path: string, cause: unknown): CordboardError {
  return new CordboardError(
    'store.unwritable',
    `${path} cannot be written: give this user the right to write there, or set DATA_FOLDER to another folder.`,
    { blame: 'setup', cause },
  )
}
