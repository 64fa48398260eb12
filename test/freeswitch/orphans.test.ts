import { expect, inject, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import type { SipServer } from '#sip/sip-server.ts'
import { levelAt, sine } from '#test/audio.ts'
import { type Drachtio, drachtioIsInstalled, startDrachtio } from '#test/drachtio.ts'
import { openTestSip } from '#test/freeswitch-media.ts'
import { openTalker, soundPasses } from '#test/media-peers.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'

/** An engine as another process would have it: its own SIP, and no closing when the process is killed. */
async function anotherProcess(installation: string) {
  const sip = await openTestSip()
  return { sip, engine: await engineWith(sip, installation) }
}

async function engineWith(sip: SipServer, installation: string): Promise<FreeswitchEngine> {
  const machines = [inject('freeswitch')]
  const engine = new FreeswitchEngine({ machines, sip, installation, clock: systemClock, log: silentLog })
  await engine.start()
  return engine
}

test('channels that a crash left are ended at the next start; those of other installations are not', async () => {
  await using eva = await RtpPeer.open()
  await using other = await RtpPeer.open()
  const [crashed, neighbour] = [await anotherProcess('crashed'), await anotherProcess('neighbour')]
  const [lost, kept] = [
    await crashed.engine.openFromOffer(eva.sdp(), { owner: 'a' }),
    await neighbour.engine.openFromOffer(other.sdp(), { owner: 'b' }),
  ]
  await waitUntil('both are sent to', () => eva.received.length > 5 && other.received.length > 5)
  const restarted = await anotherProcess('crashed')

  await waitUntil('the lost leg is gone', () => lost.channel.over)
  expect(kept.channel.over).toBe(false)
  const before = other.received.length
  await waitUntil('the neighbour goes on', () => other.received.length > before + 20)
  for (const { engine, sip } of [crashed, neighbour, restarted]) {
    await engine[Symbol.asyncDispose]()
    await sip[Symbol.asyncDispose]()
  }
})

// The embedded server says BYE when its application goes: only a real one dies without a word.
if (drachtioIsInstalled)
  test('drachtio killed: the sound of its legs goes on, closing them leaves no channel, and new ones open on its return', async () => {
    await using drachtio = await startDrachtio(await freeSipPort('127.0.0.1'))
    await using sip = connectDrachtio({ ...addressOf(drachtio), clock: systemClock, log: silentLog })
    await waitUntil('SIP is up', () => sip.up)
    await using engine = await engineWith(sip, 'sipless')
    await using alice = await openTalker(engine)
    await using bob = await openTalker(engine)
    await engine.bridge(alice.leg, bob.leg)
    await drachtio.kill()
    alice.peer.say(sine(1000, 1))

    await waitUntil('bob hears alice', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
    const elsewhere = alice.peer.sdp({ port: 40_000 })
    await expect(alice.leg.answerAgain(elsewhere)).rejects.toMatchObject({ code: 'media.down' })
    await expect(engine.openForOffer({ owner: 'b' })).rejects.toMatchObject({ code: 'media.down' })
    await alice.leg.close()
    await waitUntil('nothing is sent to alice', async () => {
      const before = alice.peer.received.length
      await soundPasses(bob, 200)
      return alice.peer.received.length === before
    })
    await drachtio.start()
    await waitUntil('SIP is back', () => sip.up, 5_000)
    await using eva = await openTalker(engine)
    await soundPasses(eva, 200)
  })

function addressOf({ url }: Drachtio) {
  const { hostname: host, port, password: secret } = new URL(url)
  return { host, port: Number(port), secret }
}
