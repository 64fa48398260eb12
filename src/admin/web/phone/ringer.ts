// Rings at the chosen device with a tone of its own, so that no sound file is needed.

export class Ringer {
  #context: AudioContext | undefined
  #audio: HTMLAudioElement | undefined

  /** Rings until stopped. Idempotent. A browser that was not touched since its start may stay silent. */
  start(device: string): void {
    if (this.#context) return
    const context = new AudioContext()
    const out = context.createMediaStreamDestination()
    const gain = context.createGain()
    gain.gain.value = 0
    gain.connect(out)
    for (const hz of [440, 554]) {
      const tone = context.createOscillator()
      tone.frequency.value = hz
      tone.connect(gain)
      tone.start()
    }
    // One second on, three off, for longer than anything rings.
    for (let at = context.currentTime; at < context.currentTime + 120; at += 4) {
      gain.gain.setTargetAtTime(0.12, at, 0.02)
      gain.gain.setTargetAtTime(0, at + 1, 0.02)
    }
    const audio = new Audio()
    audio.srcObject = out.stream
    if ('setSinkId' in audio) void audio.setSinkId(device).catch(() => undefined)
    void audio.play().catch(() => undefined)
    this.#context = context
    this.#audio = audio
  }

  stop(): void {
    this.#audio?.pause()
    this.#audio = undefined
    void this.#context?.close().catch(() => undefined)
    this.#context = undefined
  }
}
