// Which trunks an outbound call tries, in order. Pure. Rules by prefix and cost come on top of this.
export interface TrunkChoice {
  readonly trunkId: string
  readonly tenantId: string
  readonly enabled: boolean
  readonly usable: boolean
  readonly callsInUse: number
  readonly maxCalls: number | null
  readonly prefixes: readonly string[]
}

/**
 * The company's trunks to try one after another: the one that owns the caller's number first, then the least busy.
 * Trunks that are down or full are left out, unless the call is to an emergency number: then they come last.
 * A number that begins with a trunk's prefix goes out through such trunks alone, the longest prefix first.
 */
export function chooseTrunks(
  trunks: readonly TrunkChoice[],
  call: {
    readonly tenantId: string
    readonly number: string
    readonly preferred?: string | undefined
    readonly emergency?: boolean
  },
): readonly string[] {
  const open = (trunk: TrunkChoice): boolean =>
    trunk.usable && (trunk.maxCalls === null || trunk.callsInUse < trunk.maxCalls)
  const rank = (trunk: TrunkChoice): number =>
    (open(trunk) ? 0 : 2) + (trunk.trunkId === call.preferred ? 0 : 1)
  const own = trunks.filter((trunk) => trunk.tenantId === call.tenantId && trunk.enabled)
  const special = own.filter((trunk) => prefixLength(trunk, call.number) > 0)
  const fitting = special.length > 0 ? special : own.filter((trunk) => trunk.prefixes.length === 0)
  return fitting
    .filter((trunk) => call.emergency || open(trunk))
    .toSorted(
      (a, b) =>
        prefixLength(b, call.number) - prefixLength(a, call.number) ||
        rank(a) - rank(b) ||
        a.callsInUse - b.callsInUse ||
        a.trunkId.localeCompare(b.trunkId),
    )
    .map((trunk) => trunk.trunkId)
}

/** The longest prefix of the trunk that the number begins with; 0 for none. */
function prefixLength(trunk: TrunkChoice, number: string): number {
  const lengths = trunk.prefixes.filter((prefix) => number.startsWith(prefix)).map((prefix) => prefix.length)
  return Math.max(0, ...lengths)
}
