// Tests of the browser phone need a mediasoup worker: they wait for the one bin/setup prepares, or prepare it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { mediasoupVersion } from '#media/webrtc/mediasoup.ts'
import { preparedFolder, readPreparation } from '#media/webrtc/preparation.ts'
import { waitUntil } from './wait-until.ts'

/** A build takes some 8 minutes of one core. */
export const preparationMs = 30 * 60_000

/** The worker's program. @throws Error with the reason when it cannot be had on this machine */
export async function preparedWorker(): Promise<string> {
  if (look().kind !== 'ready' && look().kind !== 'building') await prepare()
  return await waitUntil(
    'the mediasoup worker is prepared',
    () => {
      const found = look()
      if (found.kind === 'ready') return found.binary
      if (found.kind === 'building') return undefined
      const why = found.kind === 'failed' ? found.reason : 'nothing prepares it'
      throw new Error(`the browser phone cannot be tested without a mediasoup worker: ${why}`)
    },
    preparationMs,
  )
}

function look() {
  return readPreparation(preparedFolder, mediasoupVersion)
}

async function prepare(): Promise<void> {
  const script = join(import.meta.dirname, '../tools/mediasoup-worker/prepare')
  await once(spawn(script, { stdio: 'ignore', env: { ...process.env, JOBS: '2' } }), 'exit')
}
