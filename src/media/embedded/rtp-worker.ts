// The RTP worker's entry: a thread of its own, so that no SIP message, mail or page delays sound.
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { WorkerLegs } from './worker-legs.ts'

/** Sound goes before everything else on a busy machine; on Linux this is the niceness of this thread alone. */
const niceness = -10

const port = parentPort
if (!port) throw new Error('rtp-worker.ts runs as a worker thread only')
askForPriority()

// Both ends of this port are ours: the types are the check.
const start: WorkerStart = workerData
const legs = new WorkerLegs({
  ...start,
  tell: (message: FromWorker) => port.postMessage(message),
})
port.on('message', (message: ToWorker) => legs.handle(message))

function askForPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(niceness)
  } catch {
    // It takes root or LimitNICE= in systemd; without it sound is as quick as the rest.
  }
}
