// A stereo recording that looks like talk: phrases of noise, now on one side, now on the other.

const rate = 8_000

/** A WAV file (PCM, 16 bit, two channels) of `seconds`. */
export function speech(seconds: number): Buffer {
  const samples = Math.round(seconds * rate)
  const body = Buffer.alloc(samples * 4)
  let state = 1
  for (let index = 0; index < samples; index += 1) {
    const at = index / rate
    // Deterministic noise (Numerical Recipes' LCG): the same picture in every run.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const loudness =
      Math.max(0, Math.sin(at * 1.9) * Math.sin(at * 7.3)) * (0.3 + 0.7 * Math.abs(Math.sin(at * 0.37)))
    const value = Math.round((state / 2 ** 31 - 1) * loudness * 18_000)
    const left = Math.sin(at * 0.55) > 0
    body.writeInt16LE(left ? value : value >> 4, index * 4)
    body.writeInt16LE(left ? value >> 4 : value, index * 4 + 2)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + body.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 4, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(body.length, 40)
  return Buffer.concat([head, body])
}
