// Music and speech in the formats people have, as samples. The one importer of the decoders; they are WebAssembly, so a
// file built to hurt stays in its sandbox. It runs in a worker (convert-sound.ts).
import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { MPEGDecoder } from 'mpg123-decoder'

export interface Decoded {
  readonly channels: readonly Float32Array[]
  readonly rate: number
}

export type SoundFormat = 'wav' | 'mp3' | 'flac' | 'vorbis'

/** What the first bytes say; undefined: none that is read here. */
export function formatOf(bytes: Uint8Array): SoundFormat | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (start.startsWith('RIFF') && start.startsWith('WAVE', 8)) return 'wav'
  if (start.startsWith('fLaC')) return 'flac'
  if (start.startsWith('OggS')) return start.includes('\x01vorbis') ? 'vorbis' : undefined
  // A frame of MPEG layer 3 (sync, layer bits 01), or the ID3 tag before it.
  const isFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2
  return start.startsWith('ID3') || isFrame ? 'mp3' : undefined
}

/** @throws Error when nothing can be read */
export async function decodeSound(bytes: Uint8Array, format: Exclude<SoundFormat, 'wav'>): Promise<Decoded> {
  const decoder = decoderOf(format)
  await decoder.ready
  try {
    const { channelData, sampleRate } = await decoder.read(bytes)
    return { channels: channelData, rate: sampleRate }
  } finally {
    decoder.free()
  }
}

function decoderOf(format: Exclude<SoundFormat, 'wav'>) {
  if (format === 'mp3') {
    const decoder = new MPEGDecoder()
    return {
      ready: decoder.ready,
      free: () => decoder.free(),
      read: (bytes: Uint8Array) => decoder.decode(bytes),
    }
  }
  const decoder = format === 'flac' ? new FLACDecoder() : new OggVorbisDecoder()
  return {
    ready: decoder.ready,
    free: () => decoder.free(),
    read: (bytes: Uint8Array) => decoder.decodeFile(bytes),
  }
}
