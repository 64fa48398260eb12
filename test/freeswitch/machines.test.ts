import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { MediaLeg } from '#media/engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { levelAt, readWav, sine } from '#test/audio.ts'
import { type Freeswitch, startFreeswitch } from '#test/freeswitch.ts'
import { openTestFreeswitch } from '#test/freeswitch-media.ts'
import { openTalker, soundPasses, type Talker } from '#test/media-peers.ts'
import { boundUdpPorts } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'

const closedByEngine = ({ events }: Talker) =>
  events.some((event) => event.kind === 'closed' && event.reason === 'engine')
const portOf = (leg: MediaLeg) => Number(/^m=audio (\d+)/m.exec(leg.localSdp)?.[1])
const heard = ({ peer }: Talker, hz: number) => levelAt(peer.heard().slice(-1600), hz) > -11

test('FreeSWITCH killed: its legs are told as closed, the recording plays, and it is used again within 5 s of its return', async () => {
  await using freeswitch = await startFreeswitch()
  await using engine = await openTestFreeswitch([freeswitch])
  const folder = mkdtempSync(join(tmpdir(), 'cordboard-killed-'))
  await using alice = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  const playback = alice.leg.play({ kind: 'music' })
  const recording = await recordLeg(alice.leg, folder, 'cut')
  await soundPasses(alice, 1500)
  await freeswitch.kill()

  await waitUntil('told', () => closedByEngine(alice), 1_000)
  expect(await playback.ended).toBe('closed')
  await waitUntil('it is down', () => !engine.health().up, 1_000)
  expect(engine.health()).toMatchObject({ legs: 0, room: 0 })
  await expect(engine.openForOffer({ owner: 'new' })).rejects.toMatchObject({ code: 'media.down' })
  expect((await recording.stop()).durationMs).toBeGreaterThan(1_000)
  expect(readWav(recording.path).seconds).toBeGreaterThan(1)
  rmSync(folder, { recursive: true })

  await freeswitch.start()
  const back = performance.now()
  await waitUntil('up again', () => engine.health().up, 5_000)
  await using bob = await openTalker(engine)
  await waitUntil('sound', () => bob.peer.received.length > 5)
  expect(performance.now() - back).toBeLessThan(5_000)
})

test('FreeSWITCH that hangs with its sockets open is taken out, its legs are closed, and it comes back', async () => {
  await using freeswitch = await startFreeswitch()
  await using engine = await openTestFreeswitch([freeswitch])
  await using alice = await openTalker(engine)
  freeswitch.signal('SIGSTOP')
  const hangs = performance.now()

  await expect(engine.openForOffer({ owner: 'b' })).rejects.toMatchObject({ code: 'media.down' })
  expect(performance.now() - hangs).toBeLessThan(10_000)
  await waitUntil('the leg is told', () => closedByEngine(alice), 10_000)
  expect(engine.health().up).toBe(false)
  freeswitch.signal('SIGCONT')
  await waitUntil('up again', () => engine.health().up, 10_000)
  await using bob = await openTalker(engine)
  await waitUntil('sound', () => bob.peer.received.length > 5)
})

test('one of two machines killed: calls on the other go on, and new ones go there', async () => {
  await using stack = new AsyncDisposableStack()
  const machines = await Promise.all([startFreeswitch(), startFreeswitch()])
  for (const machine of machines) stack.use(machine)
  const engine = stack.use(await openTestFreeswitch(machines))
  const calls: Talker[][] = []
  for (const owner of ['a', 'b', 'c', 'd']) {
    const call = [await openTalker(engine, { owner }), await openTalker(engine, { owner })]
    for (const talker of call) stack.use(talker)
    const [first, second] = call
    if (first && second) {
      await engine.bridge(first.leg, second.leg)
      first.peer.say(sine(1000, 1))
    }
    calls.push(call)
  }
  await waitUntil('all hear', () => calls.every(([, second]) => second && heard(second, 1000)))
  const [killed, kept] = machines
  if (!killed || !kept) throw new Error('two machines')
  const onKilled = calls.filter((call) => call.every(({ leg }) => killed.owns(portOf(leg))))
  const onKept = calls.filter((call) => call.every(({ leg }) => kept.owns(portOf(leg))))
  // Each call's legs are on one machine, and the load is shared.
  expect([onKilled.length, onKept.length]).toEqual([2, 2])
  await killed.kill()

  await waitUntil('told', () => onKilled.flat().every(closedByEngine), 1_000)
  for (const [, second] of onKept) if (second) await soundPasses(second, 500)
  await waitUntil('they hear on', () => onKept.every(([, second]) => second && heard(second, 1000)))
  expect(onKept.flat().some(closedByEngine)).toBe(false)
  await using eva = await openTalker(engine, { owner: 'e' })
  await using bob = await openTalker(engine, { owner: 'a' })
  expect([eva, bob].map(({ leg }) => kept.owns(portOf(leg)))).toEqual([true, true])
  expect(engine.health()).toMatchObject({ up: true, legs: 6 })
  expect(engine.health().sentence).toContain(`${killed.host}:${killed.port} is down`)
  await killed.start()
  await waitUntil('both are up', () => !engine.health().sentence.includes('is down'), 5_000)
})

test('a full machine is a clear fault, and a closed leg makes room again', async () => {
  await using freeswitch = await startFreeswitch({ maxLegs: 3 })
  await using engine = await openTestFreeswitch([freeswitch])
  await waitUntil('its size is known', () => engine.health().room === 2)
  const first = await engine.openForOffer({ owner: 'a' })
  await engine.openForOffer({ owner: 'b' })

  await expect(engine.openForOffer({ owner: 'c' })).rejects.toMatchObject({ code: 'media.full' })
  expect(engine.health()).toMatchObject({ up: true, legs: 2, room: 0 })
  await first.close()
  // It counts a channel a moment longer than it has its dialog: as long as its ports.
  const openPorts = () => [...boundUdpPorts(freeswitch.pid)].filter((port) => freeswitch.owns(port))
  await waitUntil('one leg has its ports', () => openPorts().length === 2)
  await (await engine.openForOffer({ owner: 'd' })).close()
})

test('a wrong secret is a machine that is down with a reason, and harms nobody', async () => {
  await using freeswitch: Freeswitch = await startFreeswitch()
  await using engine = await openTestFreeswitch([{ ...freeswitch, secret: 'wrong' }])

  expect(engine.health()).toMatchObject({ up: false, legs: 0 })
  expect(engine.health().sentence).toContain('refuses the secret')
  await expect(engine.openForOffer({ owner: 'a' })).rejects.toMatchObject({ code: 'media.down' })
})

test('legs of two machines hear each other, and their relay goes with the bridge', async () => {
  await using stack = new AsyncDisposableStack()
  const machines = await Promise.all([startFreeswitch(), startFreeswitch()])
  for (const machine of machines) stack.use(machine)
  const engine = stack.use(await openTestFreeswitch(machines))
  const alice = stack.use(await openTalker(engine, { owner: 'a' }))
  const bob = stack.use(await openTalker(engine, { owner: 'b', payloadType: 8 }))
  expect(machines.map((machine) => machine.owns(portOf(alice.leg)))).not.toEqual(
    machines.map((machine) => machine.owns(portOf(bob.leg))),
  )
  alice.peer.say(sine(1000, 1))
  bob.peer.say(sine(600, 1))
  const bridge = await engine.bridge(alice.leg, bob.leg)
  await waitUntil('both hear', () => heard(bob, 1000) && heard(alice, 600))
  expect(engine.health().legs).toBe(4)
  await bridge[Symbol.asyncDispose]()
  await waitUntil('silence', () => !heard(bob, 1000) && !heard(alice, 600))
  expect(engine.health().legs).toBe(2)
  await engine.bridge(bob.leg, alice.leg)
  await waitUntil('both hear again', () => heard(bob, 1000) && heard(alice, 600))
  await bob.leg.close()

  await waitUntil('no relay is left', () => engine.health().legs === 1)
})

test('legs of two machines are mixed at one, and who leaves takes its relay along', async () => {
  await using stack = new AsyncDisposableStack()
  const machines = await Promise.all([startFreeswitch(), startFreeswitch()])
  for (const machine of machines) stack.use(machine)
  const engine = stack.use(await openTestFreeswitch(machines))
  const alice = stack.use(await openTalker(engine, { owner: 'a' }))
  const bob = stack.use(await openTalker(engine, { owner: 'b', payloadType: 8 }))
  const eva = stack.use(await openTalker(engine, { owner: 'a' }))
  alice.peer.say(sine(1000, 1))
  bob.peer.say(sine(600, 1))
  const all = [alice, bob, eva].map(({ leg }) => ({ leg, hears: 'all' as const }))
  const mix = await engine.mix(all)
  await waitUntil('eva hears both', () => heard(eva, 1000) && heard(eva, 600))
  await waitUntil('the two hear each other', () => heard(bob, 1000) && heard(alice, 600))
  expect(engine.health().legs).toBe(5)
  await mix.set(all.filter(({ leg }) => leg !== bob.leg))
  await waitUntil('bob is gone', () => !heard(alice, 600) && !heard(bob, 1000) && heard(eva, 1000))

  await waitUntil('no relay is left', () => engine.health().legs === 3)
})
