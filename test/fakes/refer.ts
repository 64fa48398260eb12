// A phone's REFER, played by the test: what it was told, in order.
import type { LegEvent } from '#sip/leg.ts'
import type { FakeAnswered } from './signalling.ts'

export interface FakeRefer {
  /** 202 or the refusal, then the statuses of the NOTIFYs. */
  readonly told: number[]
}

/** `deaf`: it answers no NOTIFY. */
export function refers(
  leg: FakeAnswered,
  referTo: string,
  options: {
    readonly replaces?: Extract<LegEvent, { kind: 'refer' }>['replaces']
    readonly deaf?: boolean
  } = {},
): FakeRefer {
  const told: number[] = []
  leg.events.emit({
    kind: 'refer',
    referTo,
    replaces: options.replaces,
    accept: () => void told.push(202),
    refuse: (status) => void told.push(status),
    notify: async (status) => {
      told.push(status)
      if (options.deaf) await new Promise(() => {})
    },
  })
  return { told }
}
