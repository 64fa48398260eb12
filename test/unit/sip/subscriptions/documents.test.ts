import { expect, test } from 'vitest'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import { dialogInfo, dialogPackage } from '#sip/subscriptions/dialog-info.ts'
import type { LampCall } from '#sip/subscriptions/lamp.ts'
import { messageSummary } from '#sip/subscriptions/message-summary.ts'
import { pickupDialog, readPickupDialog } from '#sip/subscriptions/pickup-dialog.ts'
import { presencePackage } from '#sip/subscriptions/presence-info.ts'
import { xmlText } from '#sip/subscriptions/xml.ts'

const document = { version: 4, entity: 'sip:21@pbx.example', host: 'pbx.example' }
const phone = { id: 'p', tenantId: 't', userId: null, label: '', username: 'phaaaaaaaa', createdAt: 0 }
const ringing: LampCall = {
  id: 'c1',
  state: 'ringing',
  direction: 'in',
  onHold: false,
  number: '+420600000001',
  name: 'Alice',
}

const lines = (text: string) => text.split('\r\n')

test('a ringing call is early, with who calls and the name it can be picked up by', () => {
  const text = dialogInfo({ calls: [ringing], gone: [], extension: '21', document })

  expect(lines(text)).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="4" state="full" entity="sip:21@pbx.example">',
    '<dialog id="c1" call-id="pickup-c1" local-tag="21" remote-tag="ringing" direction="recipient">' +
      '<state>early</state>' +
      '<local><identity>sip:21@pbx.example</identity><target uri="sip:21@pbx.example"/></local>' +
      '<remote><identity display="Alice">sip:+420600000001@pbx.example</identity>' +
      '<target uri="sip:+420600000001@pbx.example"/></remote></dialog>',
    '</dialog-info>',
    '',
  ])
})

test('who is on hold is confirmed, and says that its sound is not heard', () => {
  const held = { ...ringing, state: 'talking' as const, direction: 'out' as const, onHold: true }
  const text = dialogInfo({ calls: [held], gone: [], extension: '21', document })

  expect(text).toContain('direction="initiator"><state>confirmed</state>')
  expect(text).toContain('<param pname="+sip.rendering" pvalue="no"/>')
  expect(text).not.toContain('call-id')
})

test('nothing to tell is one dialog that ended: the last one known, else the extension', () => {
  const withGone = dialogInfo({ calls: [], gone: [ringing], extension: '21', document })
  const without = dialogInfo({ calls: [], gone: [], extension: '21', document })

  expect(lines(withGone)[2]).toBe('<dialog id="c1"><state>terminated</state></dialog>')
  expect(lines(without)[2]).toBe('<dialog id="21"><state>terminated</state></dialog>')
})

test('a caller’s name ends no attribute and begins no element', () => {
  const evil = { ...ringing, name: '"/><state>confirmed</state>&\u0000\r\n\ud800', number: 'a"<b>' }
  const text = dialogInfo({ calls: [evil], gone: [], extension: '21', document })

  expect(text.match(/<state>/g)).toHaveLength(1)
  expect(text).toContain('display="&#34;/&#62;&#60;state&#62;confirmed&#60;/state&#62;&#38;   \ufffd"')
  expect(lines(text)).toHaveLength(5)
  expect(xmlText("it's")).toBe('it&#39;s')
})

test('who withholds the number is anonymous', () => {
  const hidden = { ...ringing, name: undefined, number: undefined }

  expect(dialogInfo({ calls: [hidden], gone: [], extension: '21', document })).toContain(
    '<remote><identity>sip:anonymous@pbx.example</identity>',
  )
})

test('a call that ended is named once, not again when the phone asks later', () => {
  let calls: readonly LampCall[] = [ringing]
  const lamps = { callsAt: () => calls, changes: new Events<{ tenantId: string }>(silentLog) }
  const subject = dialogPackage(lamps).find(phone, '21')
  const told = () => (typeof subject === 'string' ? subject : (subject.look()?.write(document) ?? ''))

  expect(told()).toContain('early')
  calls = []
  expect(told()).toContain('<dialog id="c1"><state>terminated')
  expect(told()).toContain('<dialog id="21"><state>terminated')
})

test.each([
  [[], 'Ready', 'unknown'],
  [[ringing], 'Ringing', 'on-the-phone'],
  [[{ ...ringing, state: 'talking' as const }], 'On the phone', 'on-the-phone'],
  [[{ ...ringing, state: 'talking' as const, onHold: true }], 'On hold', 'on-the-phone'],
])('presence says in a word what the calls are (%#)', (calls, note, activity) => {
  const lamps = { callsAt: () => calls, changes: new Events<{ tenantId: string }>(silentLog) }
  const subject = presencePackage(lamps).find(phone, '21')
  const text = typeof subject === 'string' ? subject : subject.look()?.write(document)

  expect(text).toContain(`<note>${note}</note>`)
  expect(text).toContain(`<rpid:${activity}/>`)
})

test('messages are counted in the words of RFC 3842', () => {
  expect(lines(messageSummary({ unheard: 2, heard: 1 }, 'sip:22@pbx.example'))).toEqual([
    'Messages-Waiting: yes',
    'Message-Account: sip:22@pbx.example',
    'Voice-Message: 2/1 (0/0)',
    '',
  ])
  expect(messageSummary({ unheard: 0, heard: 3 }, 'x')).toContain('Messages-Waiting: no')
})

test('the name of a ringing call is read back, however the phone turns the tags', () => {
  const { callId, localTag, remoteTag } = pickupDialog('c1', '21')

  expect(readPickupDialog({ callId, toTag: localTag, fromTag: remoteTag })).toEqual({
    id: 'c1',
    extension: '21',
  })
  expect(readPickupDialog({ callId, toTag: remoteTag, fromTag: localTag })).toEqual({
    id: 'c1',
    extension: '21',
  })
  expect(readPickupDialog({ callId: 'c1', toTag: localTag, fromTag: remoteTag })).toBeUndefined()
  expect(readPickupDialog({ callId, toTag: 'ringing', fromTag: 'ringing' })).toBeUndefined()
})
