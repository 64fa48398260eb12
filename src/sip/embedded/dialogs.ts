// All living dialogs, found by drachtio's id (from applications) or by Call-ID and tags (from the network).
import type { Client } from './client.ts'
import type { Dialog } from './dialog.ts'

export class Dialogs {
  readonly #byTags = new Map<string, Dialog>()
  readonly #byId = new Map<string, Dialog[]>()

  get size(): number {
    return this.#byTags.size
  }

  add(dialog: Dialog): void {
    this.#byTags.set(tagsKey(dialog.callId, dialog.localTag, dialog.remoteTag), dialog)
    this.#byId.set(dialog.id, [...(this.#byId.get(dialog.id) ?? []), dialog])
  }

  /** Ends and forgets the dialog; once more does no harm. */
  end(dialog: Dialog): void {
    dialog.state = 'ended'
    dialog.sessionTimer?.cancel()
    const key = tagsKey(dialog.callId, dialog.localTag, dialog.remoteTag)
    if (this.#byTags.get(key) === dialog) this.#byTags.delete(key)
    const others = (this.#byId.get(dialog.id) ?? []).filter((other) => other !== dialog)
    if (others.length > 0) this.#byId.set(dialog.id, others)
    else this.#byId.delete(dialog.id)
  }

  /** The confirmed dialog of that id, else the latest early one. */
  byId(id: string): Dialog | undefined {
    const dialogs = this.#byId.get(id) ?? []
    return dialogs.find((dialog) => dialog.state === 'confirmed') ?? dialogs.at(-1)
  }

  /** All dialogs of that id: the forks of a call. */
  allOfId(id: string): readonly Dialog[] {
    return this.#byId.get(id) ?? []
  }

  byTags(callId: string, localTag: string, remoteTag: string): Dialog | undefined {
    return this.#byTags.get(tagsKey(callId, localTag, remoteTag))
  }

  ofClient(client: Client): Dialog[] {
    return [...this.#byTags.values()].filter((dialog) => dialog.client === client)
  }
}

function tagsKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`
}
