// What somebody on hold or in line hears: the company's own music, else that of the house.
import type { Sound } from '#media/engine.ts'
import type { Tenant } from '#store/store.ts'
import { soundPath } from './sound-path.ts'
import { findReplacement, pathOfSound } from './sound-store.ts'

/** As `replaces` of the sound that is the company's music, in any language. */
export const houseMusic = { prompt: 'music', language: '*' } as const

/** @param choice an uploaded sound; null: what the company has chosen for all */
export function musicOf(tenant: Tenant, choice: string | null = null): Sound {
  const chosen = choice === null ? undefined : soundPath(tenant, choice, 'en')
  if (chosen) return { kind: 'file', path: chosen, repeat: true }
  const own = findReplacement(tenant.db, houseMusic.prompt, houseMusic.language)
  return own ? { kind: 'file', path: pathOfSound(tenant, own), repeat: true } : { kind: 'music' }
}
