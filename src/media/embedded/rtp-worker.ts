// The RTP worker's entry: a thread of its own, so that no SIP message, mail or page delays sound.
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { WorkerLegs } from './worker-legs.ts'

const port = parentPort
if (!port) throw new Error('rtp-worker.ts runs as a worker thread only')

// Both ends of this port are ours: the types are the check.
const start: WorkerStart = workerData
const legs = new WorkerLegs({
  music: start.music,
  tell: (message: FromWorker) => port.postMessage(message),
})
port.on('message', (message: ToWorker) => legs.handle(message))
