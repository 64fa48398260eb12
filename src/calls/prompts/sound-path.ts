// Which file is played for a choice of sound: the company's own before ours, the wanted language before English.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tenant } from '#store/store.ts'
import { isPromptName } from './catalogue.ts'
import { findReplacement, findSound, pathOfSound } from './sound-store.ts'

const shippedFolder = fileURLToPath(new URL('../../../assets/sounds', import.meta.url))
/** Shipped files do not come and go while we run. */
const known = new Map<string, boolean>()

/** Undefined for what is no sound here (any more). @param choice a prompt's name or the id of an uploaded sound */
export function soundPath(tenant: Tenant, choice: string, language: string): string | undefined {
  if (!isPromptName(choice)) {
    const own = findSound(tenant.db, choice)
    return own && pathOfSound(tenant, own)
  }
  for (const spoken of new Set([language, 'en'])) {
    const own = findReplacement(tenant.db, choice, spoken)
    if (own) return pathOfSound(tenant, own)
    const shipped = shippedPath(choice, spoken)
    if (shipped) return shipped
  }
  return undefined
}

/** Paths in order; what is no sound any more is left out. */
export function soundPaths(tenant: Tenant, choices: readonly string[], language: string): readonly string[] {
  return choices.flatMap((choice) => soundPath(tenant, choice, language) ?? [])
}

export function shippedPath(prompt: string, language: string): string | undefined {
  if (!isPromptName(prompt) || !/^[a-z]{2}$/.test(language)) return undefined
  const path = join(shippedFolder, language, `${prompt}.wav`)
  const isThere = known.get(path) ?? existsSync(path)
  known.set(path, isThere)
  return isThere ? path : undefined
}
