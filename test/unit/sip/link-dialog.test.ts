import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { type DialogHome, type DialogParts, LinkDialog, routesIn } from '#sip/link-dialog.ts'
import { Shelter } from '#sip/shelter.ts'
import type { Outcome, OutgoingRequest } from '#sip/sip-server.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from './fake-request.ts'

const parts: DialogParts = {
  callId: 'c',
  local: '"Acme" <sip:+420221000111@pbx.example>;tag=ours',
  remote: '<sip:alice@far.example>;tag=theirs',
  contact: '<sip:alice@192.0.2.10:5062>',
  routes: [],
  source: { protocol: 'udp', address: '192.0.2.10', port: 5062 },
}

/** A server that knows dialogs by these ids. */
function home(...known: string[]) {
  const sent: { request: OutgoingRequest; id: string | undefined }[] = []
  const forgotten: string[] = []
  const settle = Promise.withResolvers<Outcome>()
  const place: DialogHome = {
    send: (request, _dialog, id) => {
      if (id !== undefined && !known.includes(id)) {
        const final = Promise.reject(new Error('unable to find dialog'))
        final.catch(() => {})
        return { final, cancel: () => {} }
      }
      sent.push({ request, id })
      return { final: settle.promise, cancel: () => {} }
    },
    forget: (id) => forgotten.push(id),
  }
  settle.promise.catch(() => {})
  return { place, sent, forgotten, fail: () => settle.reject(new Error('the connection broke')) }
}

/** A dialog whose server went away. */
function homeless(more: Partial<DialogParts> = {}) {
  const dialog = new LinkDialog({ ...parts, ...more }, home('old').place, 'old')
  let back = 0
  dialog.onBack = () => {
    back += 1
  }
  expect(dialog.leave()).toBe(true)
  return { dialog, back: () => back }
}

/** The server refused the old id. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a dialog that is taken up introduces itself, then is known by the new id', async () => {
  const { dialog, back } = homeless()
  const { place, sent } = home('new')
  dialog.enter(place)
  expect(back()).toBe(1)

  dialog.request({ method: 'INVITE', body: 'v=0' })
  await settled()
  dialog.takenUp('new')
  dialog.request({ method: 'BYE' })

  expect(sent[0]).toEqual({
    id: undefined,
    request: {
      method: 'INVITE',
      uri: 'sip:alice@192.0.2.10:5062',
      body: 'v=0',
      headers: { 'Call-ID': 'c', From: parts.local, To: parts.remote, CSeq: '1073741825 INVITE' },
    },
  })
  expect(sent[1]).toEqual({ id: 'new', request: { method: 'BYE', uri: 'sip:placeholder' } })
})

test('a server that has it still is asked by the old id, and counts by itself', () => {
  const { dialog } = homeless()
  const { place, sent } = home('old')
  dialog.enter(place)
  expect(dialog.homeless).toBe(true)
  dialog.request({ method: 'INVITE', body: 'v=0' })
  dialog.takenUp('old')

  expect(dialog.homeless).toBe(false)
  expect(sent).toEqual([{ id: 'old', request: { method: 'INVITE', body: 'v=0', uri: 'sip:placeholder' } }])
})

test('a second try has a higher CSeq (RFC 3261 §12.2.1.1)', async () => {
  const { dialog } = homeless()
  const { place, sent } = home()
  dialog.enter(place)
  dialog.request({ method: 'INVITE' })
  await settled()
  dialog.request({ method: 'INVITE' })

  expect(sent.map(({ request }) => request.headers?.CSeq)).toEqual(['1073741825 INVITE', '1073741826 INVITE'])
})

test('it goes where the far end last said it is, behind NAT where it came from, by its routes where it has some', async () => {
  const moved = homeless().dialog
  moved.deliver(fakeRequest({ method: 'INVITE', headers: { Contact: '<sip:alice@192.0.2.10:6000>' } }))
  const behindNat = homeless({ contact: '<sip:alice@10.0.0.4:5060>' }).dialog
  const routed = homeless({ routes: ['<sip:edge.example;lr>', '<sip:core.example;lr>'] }).dialog
  const { place, sent } = home()
  for (const dialog of [moved, behindNat, routed]) {
    dialog.enter(place)
    dialog.request({ method: 'INVITE' })
    await settled()
  }

  expect(sent.map(({ request: { uri, proxy } }) => ({ uri, proxy }))).toEqual([
    { uri: 'sip:alice@192.0.2.10:6000', proxy: undefined },
    { uri: 'sip:alice@10.0.0.4:5060', proxy: 'sip:192.0.2.10:5062;transport=udp' },
    { uri: 'sip:alice@192.0.2.10:5062', proxy: 'sip:edge.example;lr' },
  ])
  expect(sent[2]?.request.headers?.Route).toBe('<sip:edge.example;lr>, <sip:core.example;lr>')
})

test('a BYE said while no server has it is sent when one does, and nothing else is', async () => {
  const { dialog, back } = homeless()
  dialog.request({ method: 'BYE', headers: { Reason: 'Q.850;cause=16' } })
  dialog.forget()
  const { place, sent } = home()
  dialog.enter(place)
  await settled()

  expect(back()).toBe(0)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.request).toMatchObject({
    method: 'BYE',
    headers: { Reason: 'Q.850;cause=16', CSeq: '1073741825 BYE' },
  })
})

test('a BYE whose server went before it was answered is sent again elsewhere', async () => {
  const first = home('old')
  const dialog = new LinkDialog(parts, first.place, 'old')
  dialog.onBack = () => {}
  dialog.request({ method: 'BYE' })
  first.fail()
  expect(dialog.leave()).toBe(true)
  const { place, sent } = home()
  dialog.enter(place)
  await settled()

  expect(sent.map(({ request }) => request.method)).toEqual(['BYE'])
})

test('one that nobody means to go on with is not kept', () => {
  const over = new LinkDialog(parts, home().place, 'old')
  over.onBack = () => {}
  over.forget()

  expect(over.leave()).toBe(false)
  expect(new LinkDialog(parts, home().place, 'old').leave()).toBe(false)
})

test('a far end whose headers cannot be read is not taken up, and nothing breaks', async () => {
  const { dialog } = homeless({ contact: undefined, remote: '<sip:' })
  dialog.enter(home().place)

  await expect(dialog.request({ method: 'INVITE' }).final).rejects.toMatchObject({ code: 'sip.unsent' })
})

test('Record-Route is turned round for who called (RFC 3261 §12.1)', () => {
  const header = '<sip:a;lr>, <sip:b;lr>'
  expect(routesIn(header, 'uas')).toEqual(['<sip:a;lr>', '<sip:b;lr>'])
  expect(routesIn(header, 'uac')).toEqual(['<sip:b;lr>', '<sip:a;lr>'])
  expect(routesIn(undefined, 'uac')).toEqual([])
})

test('dialogs are taken in as many at a time as asked, who waited longest first', () => {
  const clock = fakeClock()
  const shelter = new Shelter({ clock, log: silentLog })
  const dialogs = [homeless().dialog, homeless().dialog, homeless().dialog]
  shelter.put(dialogs)

  expect([shelter.take(2), shelter.size, clock.waiting]).toEqual([dialogs.slice(0, 2), 1, 1])
  expect([shelter.take(2), shelter.size, clock.waiting]).toEqual([dialogs.slice(2), 0, 0])
})

test('dialogs wait two minutes for a server, then they are lost, and no timer is left', async () => {
  const clock = fakeClock()
  const shelter = new Shelter({ clock, log: silentLog })
  const [lost, taken] = [homeless().dialog, homeless().dialog]
  let arrivals = 0
  let losses = 0
  shelter.arrivals.on(() => {
    arrivals += 1
  })
  lost.onLost = () => {
    losses += 1
  }
  shelter.put([taken])
  expect(shelter.take()).toEqual([taken])
  expect(clock.waiting).toBe(0)
  shelter.put([lost])
  await clock.advance(119_000)
  expect(losses).toBe(0)
  await clock.advance(2_000)

  expect([arrivals, losses, clock.waiting]).toEqual([2, 1, 0])
})
