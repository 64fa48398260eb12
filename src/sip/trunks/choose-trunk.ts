// Which trunks an outbound call tries, in order, and why others are left out. Pure.
export interface TrunkChoice {
  readonly trunkId: string
  readonly tenantId: string
  readonly enabled: boolean
  readonly usable: boolean
  readonly callsInUse: number
  readonly maxCalls: number | null
  readonly prefixes: readonly string[]
  /** It could not place a call a moment ago. */
  readonly failedLately?: boolean
}

/** A trunk as an outbound rule names it. */
export interface RuleTrunk {
  readonly trunkId: string
  /** Lower ones are tried first. */
  readonly order: number
  /** Within one order: how often it comes first, compared to the others. */
  readonly weight: number
}

export interface CallChoice {
  readonly tenantId: string
  readonly number: string
  readonly preferred?: string | undefined
  readonly emergency?: boolean
  /** Only these trunks, as a rule says; undefined: any of the company's. */
  readonly through?: readonly RuleTrunk[] | undefined
  /** 0 to below 1, for the weights. */
  readonly dice?: () => number
}

export interface RankedTrunk {
  readonly trunkId: string
  /** undefined: it is tried. */
  readonly skipped: 'off' | 'down' | 'full' | undefined
  readonly failedLately: boolean
}

/** The trunks to try one after another. */
export function chooseTrunks(trunks: readonly TrunkChoice[], call: CallChoice): readonly string[] {
  return rankTrunks(trunks, call).flatMap(({ trunkId, skipped }) => (skipped ? [] : [trunkId]))
}

/**
 * Every trunk the call may take, best first: as the rule orders them, else the one that owns the caller's number, else the
 * least busy. One that failed a moment ago comes after the others. Trunks that are down or full are skipped, unless the call
 * is to an emergency number: then they come last, the rule's trunks are followed by all others, and those for some prefix only
 * come at the very end.
 * Without a rule, a number that begins with a trunk's prefix goes out through such trunks alone, the longest prefix first.
 */
export function rankTrunks(trunks: readonly TrunkChoice[], call: CallChoice): readonly RankedTrunk[] {
  const own = trunks.filter((trunk) => trunk.tenantId === call.tenantId)
  const fitting = fittingTrunks(own, call)
  const drawn = drawOrder(call.through ?? [], call.dice ?? (() => 0))
  const place = (trunk: TrunkChoice): number => {
    const index = drawn.indexOf(trunk.trunkId)
    return index === -1 ? drawn.length : index
  }
  const better = (a: TrunkChoice, b: TrunkChoice): number =>
    (call.emergency ? Number(a.prefixes.length > 0) - Number(b.prefixes.length > 0) : 0) ||
    Number(skippedWhy(a) !== undefined) - Number(skippedWhy(b) !== undefined) ||
    Number(a.failedLately ?? false) - Number(b.failedLately ?? false) ||
    place(a) - place(b) ||
    prefixLength(b, call.number) - prefixLength(a, call.number) ||
    Number(b.trunkId === call.preferred) - Number(a.trunkId === call.preferred) ||
    a.callsInUse - b.callsInUse ||
    a.trunkId.localeCompare(b.trunkId)
  return fitting.toSorted(better).map((trunk) => {
    const why = skippedWhy(trunk)
    // Whatever we believe of a trunk: for help it is tried, unless an admin took it out of service.
    const skipped = call.emergency && why !== 'off' ? undefined : why
    return { trunkId: trunk.trunkId, skipped, failedLately: trunk.failedLately ?? false }
  })
}

function fittingTrunks(own: readonly TrunkChoice[], call: CallChoice): readonly TrunkChoice[] {
  const { through } = call
  if (call.emergency) return own
  if (through) return own.filter((trunk) => through.some(({ trunkId }) => trunkId === trunk.trunkId))
  const special = own.filter((trunk) => trunk.enabled && prefixLength(trunk, call.number) > 0)
  return special.length > 0 ? special : own.filter((trunk) => trunk.prefixes.length === 0)
}

function skippedWhy(trunk: TrunkChoice): RankedTrunk['skipped'] {
  if (!trunk.enabled) return 'off'
  if (!trunk.usable) return 'down'
  return trunk.maxCalls !== null && trunk.callsInUse >= trunk.maxCalls ? 'full' : undefined
}

/** By order; within one order drawn by weight (as RFC 2782 draws its servers). */
function drawOrder(through: readonly RuleTrunk[], dice: () => number): readonly string[] {
  const orders = [...new Set(through.map(({ order }) => order))].toSorted((a, b) => a - b)
  return orders.flatMap((order) => {
    const left = through.filter((trunk) => trunk.order === order)
    const drawn: string[] = []
    while (left.length > 0) {
      let point = dice() * left.reduce((sum, { weight }) => sum + weight, 0)
      const index = left.findIndex(({ weight }) => {
        point -= weight
        return point < 0
      })
      const [trunk] = left.splice(Math.max(0, index), 1)
      if (trunk) drawn.push(trunk.trunkId)
    }
    return drawn
  })
}

/** The longest prefix of the trunk that the number begins with; 0 for none. */
function prefixLength(trunk: TrunkChoice, number: string): number {
  const lengths = trunk.prefixes.filter((prefix) => number.startsWith(prefix)).map((prefix) => prefix.length)
  return Math.max(0, ...lengths)
}
