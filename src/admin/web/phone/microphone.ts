// The microphone, and why a browser does not give it.
import type { PhoneSettings } from './phone-settings.ts'

/** undefined when this page may have a microphone. */
export function whyNoMicrophone(): string | undefined {
  if (!window.isSecureContext)
    return 'Browsers give a microphone only to pages of https:// addresses: ask your admin for one.'
  if (!('mediaDevices' in navigator) || !('RTCPeerConnection' in window) || !('locks' in navigator))
    return 'This browser cannot be a phone: use a current Chrome, Edge, Firefox or Safari.'
  return undefined
}

/** @throws Error with a sentence for people */
export async function openMicrophone(settings: PhoneSettings): Promise<MediaStream> {
  const { microphone, clean } = settings
  const audio: MediaTrackConstraints = {
    // A device that was unplugged must not cost the call.
    ...(microphone === '' ? {} : { deviceId: { ideal: microphone } }),
    echoCancellation: clean,
    noiseSuppression: clean,
    autoGainControl: clean,
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio })
  } catch (err) {
    throw new Error(sentenceOf(err), { cause: err })
  }
}

export function closeStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function sentenceOf(err: unknown): string {
  const name = err instanceof DOMException ? err.name : ''
  if (name === 'NotAllowedError')
    return 'The browser does not give the microphone: allow it beside the address, then try again.'
  if (name === 'NotFoundError') return 'No microphone is connected to this computer.'
  if (name === 'NotReadableError') return 'Another program holds the microphone: close it, then try again.'
  return 'The microphone cannot be used.'
}
