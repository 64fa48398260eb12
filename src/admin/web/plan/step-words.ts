// The steps of a plan in words and pictures.
import {
  type Icon,
  IconDeviceLandlinePhone,
  IconListNumbers,
  IconMessageCircle,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconRecordMail,
  IconUsers,
} from '@tabler/icons-react'
import type { PlanStep } from '#admin/plan-view.ts'
import { strategyWords } from './strategy-words.ts'

export type StepKind = PlanStep['kind']

export const stepKinds: Readonly<Record<StepKind, { readonly title: string; readonly Picture: Icon }>> = {
  announce: { title: 'Announcement', Picture: IconMessageCircle },
  menu: { title: 'Menu', Picture: IconListNumbers },
  queue: { title: 'Queue', Picture: IconUsers },
  person: { title: 'Person', Picture: IconDeviceLandlinePhone },
  number: { title: 'Other number', Picture: IconPhoneOutgoing },
  voicemail: { title: 'Voicemail', Picture: IconRecordMail },
  hangup: { title: 'Hang up', Picture: IconPhoneOff },
}

/** Names of what a plan points to. */
export interface PlanNames {
  readonly skill: (id: string) => string
  readonly person: (id: string) => string
  readonly sound: (choice: string) => string
}

/** What a card says below its title. */
export function stepWords(step: PlanStep, names: PlanNames): string {
  switch (step.kind) {
    case 'announce':
      return names.sound(step.sound)
    case 'menu':
      return `${names.sound(step.sound)}, told ${times(step.times)}`
    case 'queue':
      return [
        step.skills.length === 0 ? 'Everybody' : step.skills.map(names.skill).join(' and '),
        ...(step.distribution.strategy === 'longest-idle'
          ? []
          : [strategyWords[step.distribution.strategy].title.toLowerCase()]),
        ...(step.announce.position || step.announce.wait ? ['announced'] : []),
        ...(step.callbackKey === null ? [] : [`callback on ${step.callbackKey}`]),
        ...(step.maxWaitMs === null ? [] : [`at most ${spanWords(step.maxWaitMs)}`]),
      ].join(', ')
    case 'person':
      return `${names.person(step.userId)}, for ${spanWords(step.ringMs)}`
    case 'number':
      return `${step.number}, for ${spanWords(step.ringMs)}`
    case 'voicemail':
      return step.mailTo.length === 0 ? 'Kept on the task' : `Mailed to ${step.mailTo.join(', ')}`
    case 'hangup':
      return step.sound === null ? 'Without a word' : names.sound(step.sound)
  }
}

/** What leads away from a step, in words, with where it leads. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60} min` : `${seconds} s`
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}
