// The application of bench/sip-server.ts: answers every call and lets it end; a process of its own, as in production.
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { connectDrachtio } from '#sip/drachtio.ts'

const [port = '0', secret = ''] = process.argv.slice(2)
const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
const server = connectDrachtio({
  host: '127.0.0.1',
  port: Number(port),
  secret,
  clock: systemClock,
  log: silentLog,
})
server.onRequest = (request) => {
  if (request.method !== 'INVITE') return request.reply(200)
  request.accept({ headers: { 'Content-Type': 'application/sdp' }, body: sdp }).then(
    (dialog) => {
      dialog.onRequest = (inside) => {
        inside.reply(200)
        if (inside.method === 'BYE') dialog.forget()
      }
    },
    () => {},
  )
}
