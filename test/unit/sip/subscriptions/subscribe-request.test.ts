import { expect, test } from 'vitest'
import { readSubscribe } from '#sip/subscriptions/subscribe-request.ts'
import { fakeRequest } from '../fake-request.ts'

const packages = new Map([
  ['dialog', 'application/dialog-info+xml'],
  ['message-summary', 'application/simple-message-summary'],
])
const read = (headers: Readonly<Record<string, string>>) =>
  readSubscribe(fakeRequest({ method: 'SUBSCRIBE', headers }), packages)

test.each([
  [{ Event: 'dialog' }, { eventHeader: 'dialog', expiresS: 3_600 }],
  [
    { Event: 'Dialog ; ID=a.1 ;include-session-description', Expires: '60' },
    { eventHeader: 'dialog;id=a.1', expiresS: 60 },
  ],
  [{ Event: 'dialog', Expires: ' 999999 ' }, { expiresS: 3_600 }],
  [{ Event: 'dialog', Expires: '0' }, { expiresS: 0 }],
  [{ Event: 'dialog', Accept: 'text/xml, application/dialog-info+xml;v=1' }, { event: 'dialog' }],
])('%j is understood', (headers, wish) => {
  expect(read(headers)).toMatchObject({ kind: 'subscribe', ...wish })
})

test.each([
  [{}, 489],
  [{ Event: 'calendar' }, 489],
  [{ Event: 'dialog.winfo' }, 489],
  [{ Event: 'dialog;id="x\r\nEvil: 1"' }, 400],
  [{ Event: 'dialog', Expires: '59' }, 423],
  [{ Event: 'dialog', Expires: '-1' }, 400],
  [{ Event: 'dialog', Expires: 'soon' }, 400],
  [{ Event: 'dialog', Require: 'eventlist' }, 420],
  [{ Event: 'dialog', Accept: 'application/pidf+xml' }, 406],
])('%j is refused with %i', (headers, status) => {
  expect(read(headers)).toMatchObject({ kind: 'refused', status })
})
