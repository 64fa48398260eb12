// The answers trunks give to call control's questions about numbers (neighbours.ts).
import { readPhoneNumber } from '#people/phone-number.ts'
import { fromTrunkFormat } from '#sip/trunks/trunk-uri.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { Store } from '#store/store.ts'
import { callerIdOf } from './dialling/caller-id.ts'
import { callingRules } from './dialling/calling-rules.ts'
import { readDialled } from './dialling/read-dialled.ts'
import type { Dialable, Numbers, RankedWay, RouteWish } from './neighbours.ts'

export interface NumbersOptions {
  readonly store: Pick<Store, 'tenant'>
  readonly trunks: Pick<Trunks, 'book' | 'numbers' | 'rank' | 'failed'>
  /** 0 to below 1; draws among trunks by their weight. */
  readonly dice?: () => number
}

/** Shown as the trunk usually shows. */
const usual = { rule: null, person: undefined, wish: undefined, emergency: null }

export function numbersOf({ store, trunks, dice = Math.random }: NumbersOptions): Numbers {
  const wayOf = (
    ranked: ReturnType<Trunks['rank']>[number],
    dialled: Dialable,
    wish: RouteWish,
  ): RankedWay[] => {
    const trunk = trunks.book.find(ranked.trunkId)
    if (!trunk) return []
    const { callerId, foreignNumbers, label } = trunk
    const numbers = trunks.numbers.ofTrunk(trunk.id).map((own) => own.number)
    const shown = callerIdOf({
      dialled,
      ...(wish.callerId ?? usual),
      trunk: { callerId, numbers, foreignNumbers },
    })
    return [{ ...ranked, label, number: dialled.number, from: shown.number, withheld: shown.withheld }]
  }
  return {
    findInbound: (trunkId, dialled) => {
      const trunk = trunks.book.find(trunkId)
      if (!trunk) return undefined
      const { country } = store.tenant(trunk.tenantId)
      // Carriers write the called number in their own ways; the country decides what a national one means.
      for (const read of [fromTrunkFormat(dialled), readPhoneNumber(dialled, country)]) {
        const own = read === undefined ? undefined : trunks.numbers.find(read)
        if (own?.tenantId === trunk.tenantId) return { tenantId: own.tenantId, number: own.number }
      }
      return undefined
    },
    read: (tenant, dialled) =>
      readDialled(dialled, { country: tenant.country, outsideLine: callingRules(tenant.db).outsideLine }),
    // Carriers leave the plus away: what is no number of this country may be one of another.
    readCaller: ({ country }, shown) =>
      readPhoneNumber(shown, country) ?? readPhoneNumber(fromTrunkFormat(shown), country),
    rankWays: (tenant, dialled, wish = {}) =>
      trunks
        .rank({
          tenantId: tenant.id,
          number: dialled.number,
          emergency: dialled.kind === 'emergency',
          callerNumber: wish.callerId?.rule ?? wish.callerId?.person?.callerId ?? undefined,
          through: wish.through,
          dice,
        })
        .flatMap((ranked) => wayOf(ranked, dialled, wish)),
    trunkFailed: (trunkId, sentence) => trunks.failed(trunkId, sentence),
  }
}
