// Which number of ours the other side sees. Pure.
import type { Dialled } from '#calls/neighbours.ts'

export interface CallerIdQuestion {
  readonly dialled: Exclude<Dialled, { kind: 'invalid' }>
  /** Dialled for this one call: a star code. */
  readonly wish: boolean | undefined
  readonly rule: string | null
  readonly person: { readonly callerId: string | null; readonly withheld: boolean } | undefined
  readonly emergency: string | null
  readonly trunk: {
    readonly callerId: string | null
    /** Our numbers on it, E.164. */
    readonly numbers: readonly string[]
    readonly foreignNumbers: boolean
  }
}

export interface CallerId {
  /** E.164; undefined: the trunk has none, its account is shown. */
  readonly number: string | undefined
  readonly withheld: boolean
}

/** The rule's number, else the person's, else the trunk's; a trunk that shows only its own numbers shows one of those. */
export function callerIdOf(question: CallerIdQuestion): CallerId {
  const { dialled, wish, rule, person, trunk } = question
  const usual = trunk.callerId ?? trunk.numbers[0]
  const emergency = dialled.kind === 'emergency'
  const wanted = (emergency ? question.emergency : null) ?? rule ?? person?.callerId ?? usual
  const mayShow =
    wanted === undefined ||
    wanted === trunk.callerId ||
    trunk.foreignNumbers ||
    trunk.numbers.includes(wanted)
  // Whoever comes to help has to be able to call back.
  const withheld = !emergency && (wish ?? person?.withheld ?? false)
  return { number: mayShow ? wanted : usual, withheld }
}
