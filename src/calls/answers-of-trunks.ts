// The answers trunks give to call control's questions about numbers (neighbours.ts).
import { readPhoneNumber } from '#people/phone-number.ts'
import { fromTrunkFormat } from '#sip/trunks/trunk-uri.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { Store } from '#store/store.ts'
import { isEmergencyNumber } from './emergency.ts'
import type { Numbers, WayOut } from './neighbours.ts'

export interface NumbersOptions {
  readonly store: Pick<Store, 'tenant'>
  readonly trunks: Pick<Trunks, 'book' | 'numbers' | 'choose'>
}

export function numbersOf({ store, trunks }: NumbersOptions): Numbers {
  const wayOut = (trunkId: string, number: string): WayOut | undefined => {
    const trunk = trunks.book.find(trunkId)
    if (!trunk) return undefined
    const from = trunks.numbers.ofTrunk(trunkId)[0]?.number ?? trunk.callerId ?? undefined
    return { trunkId, number, from }
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
    read: (tenant, dialled) => {
      if (isEmergencyNumber(dialled, tenant.country)) return { kind: 'emergency', number: dialled.trim() }
      const number = readPhoneNumber(dialled, tenant.country)
      return number === undefined ? { kind: 'invalid' } : { kind: 'number', number }
    },
    // Carriers leave the plus away: what is no number of this country may be one of another.
    readCaller: ({ country }, shown) =>
      readPhoneNumber(shown, country) ?? readPhoneNumber(fromTrunkFormat(shown), country),
    waysOut: (tenant, dialled) =>
      trunks
        .choose({ tenantId: tenant.id, number: dialled.number, emergency: dialled.kind === 'emergency' })
        .flatMap((trunkId) => wayOut(trunkId, dialled.number) ?? []),
  }
}
