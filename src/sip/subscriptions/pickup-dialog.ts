// The name a ringing call has in the lamp of an extension. A phone that takes it by INVITE with Replaces says it back to us;
// it is no dialog of SIP, for no phone but the ringing one is in that.

export interface PickupDialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

const prefix = 'pickup-'
const remoteTag = 'ringing'

export function pickupDialog(id: string, extension: string): PickupDialog {
  return { callId: `${prefix}${id}`, localTag: extension, remoteTag }
}

/** The call and the extension it rings at; undefined: it names something else. Phones swap the tags as they please. */
export function readPickupDialog(named: {
  readonly callId: string
  readonly toTag: string
  readonly fromTag: string
}): { readonly id: string; readonly extension: string } | undefined {
  const { callId, toTag, fromTag } = named
  const tags = [toTag, fromTag]
  const extension = tags.find((tag) => tag !== remoteTag)
  if (!callId.startsWith(prefix) || !tags.includes(remoteTag) || extension === undefined) return undefined
  return { id: callId.slice(prefix.length), extension }
}
