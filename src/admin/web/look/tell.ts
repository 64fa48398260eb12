// Short notes at the foot of the page: what was done, with a way back, or what went wrong.
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { problemOf } from '../data/api-error.ts'

export function tellProblem(error: unknown): void {
  const { sentence, ref } = problemOf(error)
  tellSentence(ref ? `${sentence} (${ref})` : sentence)
}

/** Something that could not be done, in words that are there already. */
export function tellSentence(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 8_000, withBorder: true })
}

/** Stays until somebody closes it. */
export function tellAlert(message: string): void {
  notifications.show({ message, color: 'red', autoClose: false, withBorder: true, role: 'alert' })
}

export function tellDone(message: ReactNode, id?: string): void {
  notifications.show({
    ...(id === undefined ? {} : { id }),
    message,
    color: 'accent',
    autoClose: 6_000,
    withBorder: true,
  })
}
