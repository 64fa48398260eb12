// Hold music: our own piece, shipped as assets/hold-music.wav (made by bin/make-hold-music), or the company's own files.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSoundFile } from './sound-file.ts'

export const ownMusicPath = fileURLToPath(new URL('../../assets/hold-music.wav', import.meta.url))

/**
 * The samples (8 kHz mono, shared memory) of a WAV file, or of all WAV files of a folder one after another by name.
 * @throws CordboardError `media.sound`
 */
export async function readMusic(path: string = ownMusicPath): Promise<Int16Array> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return readSoundFile(path)
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.wav')).sort()
  const pieces: Int16Array[] = []
  for (const name of names) pieces.push(await readSoundFile(join(path, name)))
  return joined(pieces)
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const all = new Int16Array(new SharedArrayBuffer(length * 2))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
