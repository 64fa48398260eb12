// What the desk may ask of a call to pass it on: at once (C5), or after speaking with the second party (C6).
import type { LiveCall } from '#calls/live-call.ts'
import type { Transfer } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { readTarget, type TransferWish } from '#calls/transfer-target.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Tenant } from '#store/store.ts'
import { blindTransfer } from './blind-transfer.ts'
import { consult } from './consult.ts'
import { referToHouse } from './refer-to-house.ts'
import { talkingPair } from './talking-pair.ts'

/** Each for the person `userId`, who is on the call. All throw CordboardError `call.unknown`, `calls.not-yours`. */
export interface TransferCommands {
  /**
   * Passes the call on without a word; what comes of it is told by facts and in the live list.
   * @throws CordboardError `calls.not-talking`, `calls.transferred-too-often` and those of readTarget
   */
  blind(tenant: Tenant, callId: string, wish: TransferRequest): void
  /**
   * The customer hears music; the second party is rung, then spoken to.
   * @throws CordboardError as blind, and `calls.not-a-person` for a queue
   */
  consult(tenant: Tenant, callId: string, wish: TransferRequest): void
  /** Stops it: back to the talk. @throws CordboardError `calls.no-transfer` */
  cancel(tenant: Tenant, callId: string, userId: string): void
  /** The customer has who was called in; who still rings, rings for the customer. @throws as cancel */
  complete(tenant: Tenant, callId: string, userId: string): void
  /** To the customer and back to who was called in. @throws as cancel, and `calls.not-now` */
  swap(tenant: Tenant, callId: string, userId: string): void
  /** All three in one talk. @throws as swap, and `calls.no-mixing` */
  merge(tenant: Tenant, callId: string, userId: string): void
}

export interface TransferRequest {
  readonly userId: string
  readonly to: TransferWish
}

export function transferCommands(
  switchboard: Switchboard,
  get: (tenant: Tenant, callId: string) => LiveCall,
): TransferCommands {
  const underWay = (tenant: Tenant, callId: string): Transfer => {
    const transfer = get(tenant, callId).stage?.transfer
    if (transfer) return transfer
    throw new CordboardError('calls.no-transfer', 'Nobody is being called in on this call.', {
      blame: 'user',
    })
  }
  return {
    blind: (tenant, callId, { userId, to }) => {
      const call = get(tenant, callId)
      const { own, other } = talkingPair(call, userId)
      if (
        to.kind === 'number' &&
        referToHouse(switchboard, call, { own, other, userId, number: to.number.trim() })
      )
        return
      const target = readTarget(switchboard, tenant, { wish: to, userId })
      blindTransfer(switchboard, call, { from: own, customer: other, userId, target })
    },
    consult: (tenant, callId, { userId, to }) => {
      const call = get(tenant, callId)
      const { own, other } = talkingPair(call, userId)
      const target = readTarget(switchboard, tenant, { wish: to, userId })
      if (target.kind === 'skills')
        throw new CordboardError('calls.not-a-person', 'Choose a person or a number to speak with first.', {
          blame: 'user',
        })
      consult(switchboard, call, { own, customer: other, userId, target })
    },
    cancel: (tenant, callId, userId) => underWay(tenant, callId).cancel(userId),
    complete: (tenant, callId, userId) => underWay(tenant, callId).complete(userId),
    swap: (tenant, callId, userId) => underWay(tenant, callId).swap(userId),
    merge: (tenant, callId, userId) => underWay(tenant, callId).merge(userId),
  }
}
