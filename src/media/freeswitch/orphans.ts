// Which channels FreeSWITCH lists as ours that no leg stands for: left by a crash of ours, or by a BYE that was lost.
import { z } from 'zod'

const row = z.object({
  uuid: z.string().regex(/^[0-9a-f-]{36}$/i),
  created_epoch: z.coerce.number(),
  cid_num: z.string(),
})
const list = z.object({ rows: z.array(z.unknown()).default([]) })
/** The uuids to end in the answer to `show channels as json`; rows that cannot be read are passed over. */
export function orphansOf(
  text: string,
  options: {
    readonly known: ReadonlySet<string>
    readonly user: string
    readonly now: number
    /** Younger ones are spared: a leg that is being opened is in nobody's registry yet. */
    readonly youngMs: number
  },
): readonly string[] {
  const { known, user, now, youngMs } = options
  const rows = list.safeParse(parsed(text)).data?.rows ?? []
  return rows
    .flatMap((given) => row.safeParse(given).data ?? [])
    .filter((channel) => channel.cid_num === user && !known.has(channel.uuid))
    .filter((channel) => now - channel.created_epoch * 1000 >= youngMs)
    .map((channel) => channel.uuid)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An error text, or a list cut off: the next sweep sees more.
    return undefined
  }
}
