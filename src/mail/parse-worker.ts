// A worker thread that reads one message at a time; what kills it kills no mailbox.
import { parentPort } from 'node:worker_threads'
import { messageOf } from '#lib/errors.ts'
import { readMail } from './read-mail.ts'

parentPort?.on('message', async ({ id, raw }: { id: number; raw: Uint8Array }) => {
  try {
    parentPort?.postMessage({ id, mail: await readMail(raw) })
  } catch (err) {
    parentPort?.postMessage({ id, error: messageOf(err) })
  }
})
