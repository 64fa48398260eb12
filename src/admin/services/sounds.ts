// Music and prompts of the company: uploads are converted, kept under names of ours, and played in the browser.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import type { PromptView, SoundUpload, SoundView } from '#admin/plan-view.ts'
import type { FileSource, SoundsPort } from '#admin/ports.ts'
import { listNumberPlans } from '#calls/number-plan.ts'
import { branchesOf, everyStep, type PlanStep } from '#calls/plan/plan-step.ts'
import { isPromptName, listPrompts, textOf } from '#calls/prompts/catalogue.ts'
import { houseMusic } from '#calls/prompts/music.ts'
import { shippedPath } from '#calls/prompts/sound-path.ts'
import {
  deleteSound,
  findReplacement,
  findSound,
  insertSound,
  listSounds,
  type OwnSound,
  pathOfSound,
  soundsFolder,
} from '#calls/prompts/sound-store.ts'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { convertSound } from '#media/convert-sound.ts'
import { showPhoneNumber } from '#people/phone-number.ts'
import type { TenantParts } from './parts.ts'

/** Music may be long, nobody listens to a prompt of more than some minutes; 10 MB each at 8 kHz. */
const longest = { music: 20 * 60, prompt: 5 * 60 }
/** Enough for every prompt in several languages; 2 GB at the very most. */
const mostSounds = 300

export function soundsPort({ tenant, clock }: TenantParts): SoundsPort {
  return {
    list: () => ({
      own: listSounds(tenant.db).map(viewOf),
      prompts: listPrompts().map(([name]) => promptView(name)),
    }),
    upload: async (upload) => {
      const replaced = replacedBy(tenant.db, upload)
      if (!replaced && listSounds(tenant.db).length >= mostSounds)
        throw new CordboardError(
          'calls.sounds-full',
          `There are ${mostSounds} sounds already: delete some first.`,
          {
            blame: 'user',
          },
        )
      const { wav, durationMs } = await convertSound(upload.bytes, {
        maxSeconds: longest[upload.kind],
        clock,
      })
      const id = newId(clock.now())
      const sound: OwnSound = {
        id,
        kind: upload.kind,
        name: upload.name,
        replaces: upload.replaces ?? undefined,
        file: `${id}.wav`,
        durationMs,
        bytes: wav.length,
        createdAt: clock.now(),
      }
      const path = pathOfSound(tenant, sound)
      await mkdir(soundsFolder(tenant), { recursive: true, mode: 0o700 })
      await writeFile(`${path}.part`, wav, { mode: 0o600 })
      await rename(`${path}.part`, path)
      tenant.db.transaction(() => {
        if (replaced) deleteSound(tenant.db, replaced.id)
        insertSound(tenant.db, sound)
      })
      // Who hears the old one now hears it to its end: the file is open, or in memory.
      if (replaced) await rm(pathOfSound(tenant, replaced), { force: true })
      return viewOf(sound)
    },
    delete: async (id) => {
      const sound = findSound(tenant.db, id)
      if (!sound) throw noSound()
      const used = listNumberPlans(tenant.db).filter(({ plan }) =>
        branchesOf(plan)
          .flatMap(everyStep)
          .some((step) => usesSound(step, id)),
      )
      if (used.length > 0)
        throw new CordboardError(
          'calls.in-use',
          `Heard by callers of ${used.map(({ number }) => showPhoneNumber(number, 'ZZ')).join(', ')}: choose another sound there first.`,
          { blame: 'user' },
        )
      deleteSound(tenant.db, id)
      await rm(pathOfSound(tenant, sound), { force: true })
    },
    audio: (id): FileSource | undefined => {
      const sound = findSound(tenant.db, id)
      return sound && { path: pathOfSound(tenant, sound), name: `${id}.wav`, type: 'audio/wav' }
    },
    promptAudio: (name): FileSource | undefined => {
      const path = shippedPath(name, 'en')
      return path === undefined ? undefined : { path, name: `${name}.wav`, type: 'audio/wav' }
    },
  }
}

function replacedBy(db: TenantParts['tenant']['db'], { kind, replaces }: SoundUpload): OwnSound | undefined {
  if (!replaces) return undefined
  const isMusic = replaces.prompt === houseMusic.prompt && replaces.language === houseMusic.language
  if (isMusic ? kind !== 'music' : !isPromptName(replaces.prompt))
    throw new CordboardError('calls.no-sound', 'There is no such prompt to replace.', { blame: 'user' })
  return findReplacement(db, replaces.prompt, replaces.language)
}

function usesSound(step: PlanStep, id: string): boolean {
  if (step.kind === 'queue') return step.music === id
  if (step.kind === 'voicemail') return step.greeting === id
  return 'sound' in step && step.sound === id
}

function viewOf({ id, kind, name, replaces, durationMs, bytes }: OwnSound): SoundView {
  return { id, kind, name, replaces: replaces ?? null, durationMs, bytes, url: `/api/sounds/${id}/audio` }
}

function promptView(name: Parameters<typeof textOf>[0]): PromptView {
  return { name, text: textOf(name), url: `/api/sounds/prompts/${name}/audio` }
}

function noSound(): CordboardError {
  return new CordboardError('calls.no-sound', 'There is no such sound here.', { blame: 'user' })
}
