// Which trunks an outbound call tries, in order. Pure. Rules by prefix and cost come on top of this.
export interface TrunkChoice {
  readonly trunkId: string
  readonly tenantId: string
  readonly enabled: boolean
  readonly usable: boolean
  readonly callsInUse: number
  readonly maxCalls: number | null
}

/**
 * The company's trunks to try one after another: the one that owns the caller's number first, then the least busy.
 * Trunks that are down or full are left out, unless the call is to an emergency number: then they come last.
 */
export function chooseTrunks(
  trunks: readonly TrunkChoice[],
  call: { readonly tenantId: string; readonly preferred?: string | undefined; readonly emergency?: boolean },
): readonly string[] {
  const open = (trunk: TrunkChoice): boolean =>
    trunk.usable && (trunk.maxCalls === null || trunk.callsInUse < trunk.maxCalls)
  const rank = (trunk: TrunkChoice): number =>
    (open(trunk) ? 0 : 2) + (trunk.trunkId === call.preferred ? 0 : 1)
  return trunks
    .filter((trunk) => trunk.tenantId === call.tenantId && trunk.enabled && (call.emergency || open(trunk)))
    .toSorted(
      (a, b) => rank(a) - rank(b) || a.callsInUse - b.callsInUse || a.trunkId.localeCompare(b.trunkId),
    )
    .map((trunk) => trunk.trunkId)
}
