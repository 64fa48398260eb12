import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import type { MediaEngine, Mix, MixMember } from '#media/engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { between, levelAt, loudness, readWav, sine } from '#test/audio.ts'
import { openTestFreeswitch } from '#test/freeswitch-media.ts'
import { digitsOf, engineUnderTest, openTalker, soundPasses, type Talker } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-mix-'))
  engine = await (engineUnderTest === 'freeswitch' ? openTestFreeswitch() : openEmbedded())
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** Two workers, so that legs of two owners are in different ones. */
async function openEmbedded(): Promise<MediaEngine> {
  const embedded = new EmbeddedEngine({
    rtpAddress: '127.0.0.1',
    namedAddress: '127.0.0.1',
    rtpPorts: [22000, 29999],
    music: new Int16Array(0),
    workers: 2,
    fewLegs: 0,
    clock: systemClock,
    log: silentLog,
  })
  await embedded.start()
  return embedded
}

async function mixOf(members: readonly MixMember[]): Promise<Mix> {
  if (!engine.mix) throw new Error('an engine that mixes')
  return await engine.mix(members)
}

const tones = { alice: 1000, bob: 600, eva: 1700 } as const
type Who = keyof typeof tones

/** Whom a far end hears now, each within 1 dB of what was said. */
function heardBy({ peer }: Talker): Who[] {
  const samples = peer.heard().slice(-1600)
  const heard = (who: Who) => Math.abs(levelAt(samples, tones[who]) + 10) < 1
  const names: Who[] = ['alice', 'bob', 'eva']
  return names.filter(heard)
}

async function openThree(owners: Record<Who, string>) {
  const open = async (who: Who, payloadType: 0 | 8) => {
    const talker = await openTalker(engine, { payloadType, owner: owners[who] })
    talker.peer.say(sine(tones[who], 1))
    return talker
  }
  return { alice: await open('alice', 8), bob: await open('bob', 0), eva: await open('eva', 0) }
}

for (const [where, owners] of [
  ['in one worker', { alice: 'a', bob: 'a', eva: 'a' }],
  ['in two workers', { alice: 'a', bob: 'a', eva: 'b' }],
] as const) {
  test(`three ${where} hear each other and not themselves`, async () => {
    const { alice, bob, eva } = await openThree(owners)
    const legs = [alice.leg, bob.leg, eva.leg]
    await mixOf(legs.map((leg) => ({ leg, hears: 'all' })))

    await waitUntil('alice hears two', () => heardBy(alice).join() === 'bob,eva')
    await waitUntil('bob hears two', () => heardBy(bob).join() === 'alice,eva')
    await waitUntil('eva hears two', () => heardBy(eva).join() === 'alice,bob')
    for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
  })

  test(`eva ${where} listens to a call, whispers to bob, and is gone`, async () => {
    const { alice, bob, eva } = await openThree(owners)
    const two = [
      { leg: alice.leg, hears: [bob.leg] },
      { leg: bob.leg, hears: [alice.leg] },
    ]
    await engine.bridge(alice.leg, bob.leg)
    const mix = await mixOf([...two, { leg: eva.leg, hears: 'all' }])
    await waitUntil('eva listens', () => heardBy(eva).join() === 'alice,bob')
    await waitUntil('unheard', () => heardBy(alice).join() === 'bob' && heardBy(bob).join() === 'alice')
    await mix.set([
      { leg: alice.leg, hears: [bob.leg] },
      { leg: bob.leg, hears: [alice.leg, eva.leg] },
      { leg: eva.leg, hears: 'all' },
    ])
    await waitUntil('eva whispers', () => heardBy(bob).join() === 'alice,eva')
    expect(heardBy(alice)).toEqual(['bob'])
    await mix.set(two)
    await waitUntil('eva is gone', () => heardBy(eva).length === 0 && heardBy(bob).join() === 'alice')
    await mix[Symbol.asyncDispose]()
    await waitUntil('silence', () => loudness(alice.peer.heard().slice(-1600)) < -60)
    for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
  })
}

test('legs of two owners, each in its own worker, are bridged, parted and bridged again', async () => {
  const { alice, bob, eva } = await openThree({ alice: 'a', bob: 'b', eva: 'a' })
  const bridge = await engine.bridge(alice.leg, bob.leg)
  await waitUntil('both', () => heardBy(alice).join() === 'bob' && heardBy(bob).join() === 'alice')
  await alice.peer.press(5)
  await waitUntil('the key', () => digitsOf(alice.events).startsWith('5'))
  await waitUntil('its packets', () => bob.peer.received.some(({ payloadType }) => payloadType === 101))
  await bridge[Symbol.asyncDispose]()
  await waitUntil('silence', () => heardBy(alice).length + heardBy(bob).length === 0)
  await engine.bridge(bob.leg, eva.leg)
  await waitUntil('eva', () => heardBy(eva).join() === 'bob' && heardBy(bob).join() === 'eva')
  await eva.leg.close()
  await waitUntil('nobody', () => heardBy(bob).length === 0)
  for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
})

test('a recording of one in a mix holds what it says left and what it hears right', async () => {
  const { alice, bob, eva } = await openThree({ alice: 'a', bob: 'a', eva: 'a' })
  await mixOf([alice, bob, eva].map(({ leg }) => ({ leg, hears: 'all' })))
  await waitUntil('all talk', () => heardBy(bob).join() === 'alice,eva')
  const recording = await recordLeg(bob.leg, folder, 'mixed')
  await soundPasses(bob, 1000)
  const { path } = await recording.stop()
  const [left, right] = readWav(path).channels.map((channel) => between(channel, 0.2, 0.8))
  if (!left || !right) throw new Error('two channels')

  expect(Math.abs(levelAt(left, tones.bob) + 10)).toBeLessThan(1)
  expect(levelAt(left, tones.eva)).toBeLessThan(-45)
  expect(Math.abs(levelAt(right, tones.alice) + 10)).toBeLessThan(1)
  expect(Math.abs(levelAt(right, tones.eva) + 10)).toBeLessThan(1)
  expect(levelAt(right, tones.bob)).toBeLessThan(-45)
  for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
})

test('a key pressed in a mix is heard as a key by those who hear its presser', async () => {
  const { alice, bob, eva } = await openThree({ alice: 'a', bob: 'a', eva: 'a' })
  await mixOf([
    { leg: alice.leg, hears: 'all' },
    { leg: bob.leg, hears: 'all' },
    { leg: eva.leg, hears: [bob.leg] },
  ])
  await waitUntil('all talk', () => heardBy(bob).join() === 'alice,eva')
  await alice.peer.press(7)
  const keys = ({ peer }: Talker) =>
    peer.received.filter(({ payloadType, payload }) => payloadType === 101 && payload[0] === 7)

  await waitUntil('the key', () => keys(bob).filter(({ payload }) => (payload[1] ?? 0) & 0x80).length === 3)
  expect(keys(eva)).toEqual([])
  for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
})

test('who hears only itself hears an echo, and among others no more', async () => {
  const { alice, bob, eva } = await openThree({ alice: 'a', bob: 'a', eva: 'a' })
  const mix = await mixOf([{ leg: alice.leg, hears: [alice.leg] }])
  await waitUntil('an echo', () => heardBy(alice).join() === 'alice')
  await mix.set([
    { leg: alice.leg, hears: 'all' },
    { leg: bob.leg, hears: 'all' },
  ])
  await waitUntil('bob', () => heardBy(alice).join() === 'bob' && heardBy(bob).join() === 'alice')
  for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
})

test('a leg of a mix that is bridged leaves it; what is played is heard by its own far end alone', async () => {
  const { alice, bob, eva } = await openThree({ alice: 'a', bob: 'a', eva: 'a' })
  await mixOf([alice, bob, eva].map(({ leg }) => ({ leg, hears: 'all' })))
  await waitUntil('all talk', () => heardBy(bob).join() === 'alice,eva')
  const beep = { kind: 'tone', hz: [2500], onMs: 20_000, offMs: 0 } as const
  const playing = bob.leg.play(beep)
  const hearsBeep = ({ peer }: Talker) => levelAt(peer.heard().slice(-1600), 2500) > -15
  await waitUntil('a beep', () => hearsBeep(bob) && heardBy(bob).length === 0)
  expect([hearsBeep(alice), hearsBeep(eva)]).toEqual([false, false])
  playing.stop()
  await waitUntil('the mix again', () => heardBy(bob).join() === 'alice,eva')
  await engine.bridge(alice.leg, bob.leg)

  await waitUntil('two', () => heardBy(alice).join() === 'bob' && heardBy(bob).join() === 'alice')
  await waitUntil('one alone', () => heardBy(eva).length === 0)
  await eva.leg.close()
  for (const { peer } of [alice, bob, eva]) await peer[Symbol.asyncDispose]()
})
