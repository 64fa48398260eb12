// What this browser remembers of its phone: whether it is one, and its devices.
export interface PhoneSettings {
  readonly on: boolean
  /** Device ids; empty: the system's choice. */
  readonly microphone: string
  readonly speaker: string
  /** Where it rings: often a loudspeaker, while the headset hangs on its hook. */
  readonly ringer: string
  /** Take echo and noise out of what the microphone hears. */
  readonly clean: boolean
}

const key = 'cordboard.phone'
const fresh: PhoneSettings = { on: false, microphone: '', speaker: '', ringer: '', clean: true }

export function readPhoneSettings(): PhoneSettings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof kept === 'object' && kept !== null ? { ...fresh, ...kept } : fresh
  } catch {
    // Somebody wrote something else there, or the browser keeps nothing.
    return fresh
  }
}

export function keepPhoneSettings(settings: PhoneSettings): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings))
  } catch {
    // It is forgotten with the page then.
  }
}
