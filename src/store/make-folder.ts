// Makes a folder and what is missing above it. Not Node's own recursive mkdir: that one never returns on file systems
// that answer ENOENT below a folder that exists, such as /proc.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** Folders that are made can be read by their owner alone. @throws the system's error */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  mkdirSync(path, { mode: 0o700 })
}
