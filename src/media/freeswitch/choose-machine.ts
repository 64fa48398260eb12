// Which FreeSWITCH machine takes the next leg. Pure.
import { CordboardError } from '#lib/errors.ts'

interface Choosable {
  readonly up: boolean
  readonly load: number
  readonly room: number
}

/**
 * The machine where the call's other legs are, or else the one with the smallest share of its sessions in use.
 * @throws CordboardError `media.down` (none is up), `media.full`
 */
export function chooseMachine<M extends Choosable>(
  machines: readonly M[],
  options: { readonly home: M | undefined; readonly tried: ReadonlySet<M> },
): M {
  const { home, tried } = options
  if (home?.up && home.room > 0 && !tried.has(home)) return home
  const up = machines.filter((machine) => machine.up && !tried.has(machine))
  if (up.length === 0)
    throw new CordboardError('media.down', 'No FreeSWITCH machine can be reached.', {
      blame: 'setup',
      retry: true,
    })
  const free = up.filter((machine) => machine.room > 0)
  const [first, ...others] = free
  if (!first)
    throw new CordboardError('media.full', 'No FreeSWITCH machine has room for another leg.', {
      blame: 'setup',
      retry: true,
    })
  return others.reduce((best, machine) => (share(machine) < share(best) ? machine : best), first)
}

function share({ load, room }: Choosable): number {
  return load / (load + room)
}
