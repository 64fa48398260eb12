// One valid request per route, for tests that walk all of them: a route without an example fails the walk.
import type { AskInit } from './box.ts'

export interface Ids {
  readonly task: string
  readonly user: string
  readonly skill: string
  readonly phone: string
  readonly trunk: string
  readonly number: string
  readonly recording: string
  readonly mail: string
  readonly session: string
  readonly call: string
  readonly rule: string
  readonly hours: string
  readonly sound: string
  readonly group: string
  readonly room: string
}

const server = { host: 'mail.example', port: 993, security: 'tls' }
const hours = { name: 'Office', timeZone: null, weekly: [{ day: 1, from: 480, to: 1020 }], holidays: [] }
const groupOf = (member: string) => ({
  ...{ extension: '50', name: 'Front', act: 'all', ringMs: 20_000, overflow: null },
  members: [member],
})
const exampleRoom = { extension: '60', name: 'Monday', pin: '1234' }
const outboundRule = { name: 'Abroad', act: 'refuse', prefixes: ['+49'] }
const recordingRule = { name: 'Sales', act: 'record' }
const trunk = {
  provider: 'acme',
  label: 'Main',
  server: 'sip.acme.example',
  transport: 'udp',
  callsLimit: null,
}

/** `METHOD /path` as in the route table -> the request, with these ids in it. */
export const examples: Readonly<Record<string, (ids: Ids) => { path: string } & AskInit>> = {
  'GET /health': () => ({ path: '/health' }),
  'GET /api/health': () => ({ path: '/api/health' }),
  'GET /api/setup': () => ({ path: '/api/setup' }),
  'POST /api/setup': () => ({ path: '/api/setup', json: {} }),
  'POST /api/sign-in': () => ({ path: '/api/sign-in', json: {} }),
  'GET /api/me': () => ({ path: '/api/me' }),
  'GET /api/me/statuses': () => ({ path: '/api/me/statuses' }),
  'PUT /api/me/status': () => ({ path: '/api/me/status', json: { statusId: 'ready' } }),
  'POST /api/me/status/end': () => ({ path: '/api/me/status/end' }),
  'POST /api/me/status/extend': () => ({ path: '/api/me/status/extend' }),
  'GET /api/me/sessions': () => ({ path: '/api/me/sessions' }),
  'DELETE /api/me/sessions/:id': ({ session }) => ({ path: `/api/me/sessions/${session}` }),
  'POST /api/me/sign-out': () => ({ path: '/api/me/sign-out' }),
  'GET /api/people': () => ({ path: '/api/people' }),
  'POST /api/people': () => ({
    path: '/api/people',
    json: {
      name: 'Bob',
      email: 'bob@acme.example',
      password: 'correct horse',
      role: 'agent',
      extension: null,
      skillIds: [],
    },
  }),
  'PATCH /api/people/:id': ({ user }) => ({ path: `/api/people/${user}`, json: { name: 'Eva' } }),
  'GET /api/skills': () => ({ path: '/api/skills' }),
  'POST /api/skills': () => ({ path: '/api/skills', json: { name: 'sales' } }),
  'PATCH /api/skills/:id': ({ skill }) => ({ path: `/api/skills/${skill}`, json: { active: false } }),
  'GET /api/phones': () => ({ path: '/api/phones' }),
  'POST /api/phones': ({ user }) => ({ path: '/api/phones', json: { label: 'Desk', userId: user } }),
  'DELETE /api/phones/:id': ({ phone }) => ({ path: `/api/phones/${phone}` }),
  'GET /api/numbers': () => ({ path: '/api/numbers' }),
  'POST /api/numbers': (ids) => ({
    path: '/api/numbers',
    json: { number: '+420221000112', label: 'Main', trunkId: ids.trunk, skillIds: [], recording: false },
  }),
  'PATCH /api/numbers/:id': ({ number }) => ({
    path: `/api/numbers/${encodeURIComponent(number)}`,
    json: { label: 'Mine now' },
  }),
  'DELETE /api/numbers/:id': ({ number }) => ({ path: `/api/numbers/${encodeURIComponent(number)}` }),
  'GET /api/plans/:id': ({ number }) => ({ path: `/api/plans/${encodeURIComponent(number)}` }),
  'PUT /api/plans/:id': ({ number }) => ({
    path: `/api/plans/${encodeURIComponent(number)}`,
    json: { language: 'en', hoursId: null, open: [], closed: [], holiday: null },
  }),
  'POST /api/plans/:id/try': ({ number }) => ({
    path: `/api/plans/${encodeURIComponent(number)}/try`,
    json: { at: 1_700_000_000_000 },
  }),
  'GET /api/hours': () => ({ path: '/api/hours' }),
  'POST /api/hours': () => ({ path: '/api/hours', json: hours }),
  'PUT /api/hours/:id': (ids) => ({ path: `/api/hours/${ids.hours}`, json: { ...hours, name: 'Mine now' } }),
  'DELETE /api/hours/:id': (ids) => ({ path: `/api/hours/${ids.hours}` }),
  'GET /api/sounds': () => ({ path: '/api/sounds' }),
  'POST /api/sounds': () => ({ path: '/api/sounds?name=Jingle&kind=music', json: {} }),
  'DELETE /api/sounds/:id': (ids) => ({ path: `/api/sounds/${ids.sound}` }),
  'GET /api/sounds/:id/audio': (ids) => ({ path: `/api/sounds/${ids.sound}/audio` }),
  'GET /api/sounds/prompts/:name/audio': () => ({ path: '/api/sounds/prompts/welcome/audio' }),
  'GET /api/trunks': () => ({ path: '/api/trunks' }),
  'GET /api/trunks/presets': () => ({ path: '/api/trunks/presets' }),
  'POST /api/trunks': () => ({
    path: '/api/trunks',
    json: { ...trunk, kind: 'registration', username: 'u', password: 'p' },
  }),
  'POST /api/trunks/test-carrier': () => ({ path: '/api/trunks/test-carrier' }),
  'POST /api/trunks/test-carrier/call': () => ({ path: '/api/trunks/test-carrier/call' }),
  'PATCH /api/trunks/:id': (ids) => ({ path: `/api/trunks/${ids.trunk}`, json: { label: 'Mine now' } }),
  'PUT /api/trunks/:id/enabled': (ids) => ({
    path: `/api/trunks/${ids.trunk}/enabled`,
    json: { enabled: false },
  }),
  'DELETE /api/trunks/:id': (ids) => ({ path: `/api/trunks/${ids.trunk}` }),
  'GET /api/tasks': () => ({ path: '/api/tasks' }),
  'POST /api/tasks': () => ({
    path: '/api/tasks',
    json: { title: 'Call back', due: null, skillIds: [], customer: null, assignToMe: false },
  }),
  'GET /api/tasks/:id': ({ task }) => ({ path: `/api/tasks/${task}` }),
  'PATCH /api/tasks/:id': ({ task }) => ({ path: `/api/tasks/${task}`, json: { title: 'Mine now' } }),
  'POST /api/tasks/:id/assign-to-me': ({ task }) => ({ path: `/api/tasks/${task}/assign-to-me` }),
  'POST /api/tasks/:id/offer-to-others': ({ task }) => ({ path: `/api/tasks/${task}/offer-to-others` }),
  'POST /api/tasks/:id/complete': ({ task }) => ({ path: `/api/tasks/${task}/complete` }),
  'POST /api/tasks/:id/reopen': ({ task }) => ({ path: `/api/tasks/${task}/reopen` }),
  'POST /api/tasks/:id/comments': ({ task }) => ({
    path: `/api/tasks/${task}/comments`,
    json: { text: 'hello' },
  }),
  'POST /api/tasks/:id/replies': ({ task }) => ({
    path: `/api/tasks/${task}/replies`,
    json: { text: 'hello' },
  }),
  'GET /api/calling': () => ({ path: '/api/calling' }),
  'PUT /api/calling': () => ({ path: '/api/calling', json: { countries: ['DE'] } }),
  'GET /api/calling/outbound': () => ({ path: '/api/calling/outbound' }),
  'POST /api/calling/outbound': () => ({ path: '/api/calling/outbound', json: outboundRule }),
  'PUT /api/calling/outbound/:id': ({ rule }) => ({
    path: `/api/calling/outbound/${rule}`,
    json: { ...outboundRule, name: 'Mine now' },
  }),
  'PUT /api/calling/outbound/:id/place': ({ rule }) => ({
    path: `/api/calling/outbound/${rule}/place`,
    json: { place: 0 },
  }),
  'DELETE /api/calling/outbound/:id': ({ rule }) => ({ path: `/api/calling/outbound/${rule}` }),
  'GET /api/calling/people': () => ({ path: '/api/calling/people' }),
  'PUT /api/calling/people/:id': ({ user }) => ({
    path: `/api/calling/people/${user}`,
    json: { callerId: null, withheld: true, reach: 'national', limits: {}, location: '' },
  }),
  'GET /api/calling/refused': () => ({ path: '/api/calling/refused' }),
  'POST /api/calling/try': () => ({
    path: '/api/calling/try',
    json: { number: '112', userId: null, at: null },
  }),
  'GET /api/calls': () => ({ path: '/api/calls' }),
  'POST /api/calls': () => ({ path: '/api/calls', json: { number: '604112233' } }),
  'POST /api/calls/:id/hold': ({ call }) => ({ path: `/api/calls/${call}/hold` }),
  'POST /api/calls/:id/resume': ({ call }) => ({ path: `/api/calls/${call}/resume` }),
  'POST /api/calls/:id/hang-up': ({ call }) => ({ path: `/api/calls/${call}/hang-up` }),
  'GET /api/calls/contacts': () => ({ path: '/api/calls/contacts?q=alice' }),
  'POST /api/calls/:id/park': ({ call }) => ({ path: `/api/calls/${call}/park` }),
  'POST /api/calls/:id/take': ({ call }) => ({ path: `/api/calls/${call}/take` }),
  'POST /api/calls/:id/supervise': ({ call }) => ({
    path: `/api/calls/${call}/supervise`,
    json: { mode: 'listen' },
  }),
  'GET /api/team-calls/star-codes': () => ({ path: '/api/team-calls/star-codes' }),
  'GET /api/team-calls/settings': () => ({ path: '/api/team-calls/settings' }),
  'PUT /api/team-calls/settings': () => ({
    path: '/api/team-calls/settings',
    json: { parkReturnMs: 60_000, pickup: 'skill', superviseTone: true },
  }),
  'GET /api/team-calls/groups': () => ({ path: '/api/team-calls/groups' }),
  'POST /api/team-calls/groups': ({ user }) => ({ path: '/api/team-calls/groups', json: groupOf(user) }),
  'PUT /api/team-calls/groups/:id': ({ group, user }) => ({
    path: `/api/team-calls/groups/${group}`,
    json: groupOf(user),
  }),
  'DELETE /api/team-calls/groups/:id': ({ group }) => ({ path: `/api/team-calls/groups/${group}` }),
  'GET /api/team-calls/rooms': () => ({ path: '/api/team-calls/rooms' }),
  'POST /api/team-calls/rooms': () => ({ path: '/api/team-calls/rooms', json: exampleRoom }),
  'PUT /api/team-calls/rooms/:id': ({ room }) => ({
    path: `/api/team-calls/rooms/${room}`,
    json: exampleRoom,
  }),
  'DELETE /api/team-calls/rooms/:id': ({ room }) => ({ path: `/api/team-calls/rooms/${room}` }),
  'POST /api/calls/:id/transfer': ({ call, user }) => ({
    path: `/api/calls/${call}/transfer`,
    json: { how: 'blind', to: { kind: 'person', userId: user } },
  }),
  'POST /api/calls/:id/transfer/cancel': ({ call }) => ({ path: `/api/calls/${call}/transfer/cancel` }),
  'POST /api/calls/:id/transfer/complete': ({ call }) => ({ path: `/api/calls/${call}/transfer/complete` }),
  'POST /api/calls/:id/transfer/swap': ({ call }) => ({ path: `/api/calls/${call}/transfer/swap` }),
  'POST /api/calls/:id/transfer/merge': ({ call }) => ({ path: `/api/calls/${call}/transfer/merge` }),
  'GET /api/browser-phone': () => ({ path: '/api/browser-phone' }),
  'POST /api/browser-phone/line': () => ({ path: '/api/browser-phone/line' }),
  'POST /api/browser-phone/beat': () => ({ path: '/api/browser-phone/beat', json: { line: 'none' } }),
  'POST /api/browser-phone/legs/:id/sound': ({ call }) => ({
    path: `/api/browser-phone/legs/${call}/sound`,
    json: { offer: 'v=0' },
  }),
  'GET /api/mailboxes': () => ({ path: '/api/mailboxes' }),
  'POST /api/mailboxes': () => ({
    path: '/api/mailboxes',
    json: {
      label: 'Orders',
      address: 'orders@acme.example',
      imap: server,
      smtp: server,
      username: 'orders',
      password: 'secret',
      skillIds: [],
    },
  }),
  'PUT /api/recordings/:id/hold': ({ recording }) => ({
    path: `/api/recordings/${recording}/hold`,
    json: { reason: 'court' },
  }),
  'DELETE /api/recordings/:id': ({ recording }) => ({
    path: `/api/recordings/${recording}`,
    json: { reason: 'asked for' },
  }),
  'GET /api/statistics/calls': () => ({ path: '/api/statistics/calls?from=0&to=1000' }),
  'GET /api/recording-rules': () => ({ path: '/api/recording-rules' }),
  'POST /api/recording-rules': () => ({ path: '/api/recording-rules', json: recordingRule }),
  'PUT /api/recording-rules/settings': () => ({
    path: '/api/recording-rules/settings',
    json: { keepDays: 90, keepVoicemailDays: null },
  }),
  'PUT /api/recording-rules/:id': ({ rule }) => ({
    path: `/api/recording-rules/${rule}`,
    json: recordingRule,
  }),
  'DELETE /api/recording-rules/:id': ({ rule }) => ({ path: `/api/recording-rules/${rule}` }),
  'PUT /api/tasks/:id/recordings-hold': ({ task }) => ({
    path: `/api/tasks/${task}/recordings-hold`,
    json: { reason: null },
  }),
  'POST /api/calls/:id/recording': ({ call }) => ({
    path: `/api/calls/${call}/recording`,
    json: { act: 'pause' },
  }),
  'GET /api/recordings/:id': ({ recording }) => ({ path: `/api/recordings/${recording}` }),
  'GET /api/mails/:id/original': ({ mail }) => ({ path: `/api/mails/${mail}/original` }),
  'GET /api/live': () => ({ path: '/api/live' }),
}
