// Sounds a company uploaded: music and prompts, with the prompts of ours they replace. Files lie in its folder `sounds`.
import { join } from 'node:path'
import { z } from 'zod'
import { type Database, query } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'

export interface OwnSound {
  readonly id: string
  readonly kind: 'music' | 'prompt'
  readonly name: string
  /** The prompt it replaces, in one language. */
  readonly replaces: { readonly prompt: string; readonly language: string } | undefined
  readonly file: string
  readonly durationMs: number
  readonly bytes: number
  readonly createdAt: number
}

export function insertSound(db: Database, sound: OwnSound): void {
  db.run(
    `INSERT INTO sounds (id, kind, name, replaces, language, file, duration_ms, bytes, created_at)
     VALUES (:id, :kind, :name, :replaces, :language, :file, :durationMs, :bytes, :createdAt)`,
    {
      ...sound,
      replaces: sound.replaces?.prompt ?? null,
      language: sound.replaces?.language ?? null,
    },
  )
}

export function renameSound(db: Database, id: string, name: string): void {
  db.run('UPDATE sounds SET name = ? WHERE id = ?', [name, id])
}

export function deleteSound(db: Database, id: string): void {
  db.run('DELETE FROM sounds WHERE id = ?', [id])
}

export function listSounds(db: Database): readonly OwnSound[] {
  return db.all(allSounds)
}

export function findSound(db: Database, id: string): OwnSound | undefined {
  return db.find(soundById, [id])
}

/** What the company says instead of a prompt of ours. */
export function findReplacement(db: Database, prompt: string, language: string): OwnSound | undefined {
  return db.find(soundByPrompt, [prompt, language])
}

export function soundsFolder(tenant: Pick<Tenant, 'folder'>): string {
  return join(tenant.folder, 'sounds')
}

export function pathOfSound(tenant: Pick<Tenant, 'folder'>, sound: Pick<OwnSound, 'file'>): string {
  return join(soundsFolder(tenant), sound.file)
}

const row = z
  .object({
    id: z.string(),
    kind: z.enum(['music', 'prompt']),
    name: z.string(),
    replaces: z.string().nullable(),
    language: z.string().nullable(),
    file: z.string(),
    duration_ms: z.int(),
    bytes: z.int(),
    created_at: z.int(),
  })
  .transform(
    ({ replaces, language, duration_ms, created_at, ...rest }): OwnSound => ({
      ...rest,
      replaces: replaces === null || language === null ? undefined : { prompt: replaces, language },
      durationMs: duration_ms,
      createdAt: created_at,
    }),
  )
const columns = 'id, kind, name, replaces, language, file, duration_ms, bytes, created_at'
const allSounds = query(row, `SELECT ${columns} FROM sounds ORDER BY kind, name, id`)
const soundById = query(row, `SELECT ${columns} FROM sounds WHERE id = ?`)
const soundByPrompt = query(row, `SELECT ${columns} FROM sounds WHERE replaces = ? AND language = ?`)
