// Every new request from outside: who is it from, and who may have it? (K2) Nothing unknown gets past this file.
import type { Log } from '#lib/log.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import type { LegOrigin, SipParty } from './leg.ts'
import { partyOf, readParty, userOf } from './party.ts'
import { isPhoneUsername, type Phone } from './phones/phone.ts'
import type { Phones } from './phones/phones.ts'
import type { ReceivedRequest } from './sip-server.ts'
import type { Trunk } from './trunks/trunk.ts'
import { fromTrunkFormat } from './trunks/trunk-uri.ts'
import type { Trunks } from './trunks/trunks.ts'

export interface Caller {
  readonly origin: LegOrigin
  readonly from: SipParty
  readonly dialled: string
}

export interface RouteOptions {
  readonly trunks: Trunks
  readonly phones: Phones
  readonly doorkeeper: Doorkeeper
  /** An INVITE of a known caller. */
  readonly onInvite: (request: ReceivedRequest, caller: Caller) => void
  /** A SUBSCRIBE outside of dialogs, of a phone of ours. */
  readonly onSubscribe: (request: ReceivedRequest, phone: Phone) => void
  readonly log: Log
}

const allowedOutside = 'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER'
const allowedOfPhones = `${allowedOutside}, SUBSCRIBE`

export function routeRequest(request: ReceivedRequest, options: RouteOptions): void {
  const { trunks, phones, doorkeeper } = options
  // A phone behind the carrier's address is still a phone: its name in From asks for a challenge.
  const fromPhone = isPhoneUsername(partyOf(request, false).user)
  const trunk = request.method === 'REGISTER' || fromPhone ? undefined : identifyTrunk(request, trunks)
  if (trunk) {
    if (request.method === 'INVITE') options.onInvite(request, callerOf(request, trunk))
    else if (request.method === 'OPTIONS') request.reply(200, { headers: { Allow: allowedOutside } })
    else request.reply(405, { headers: { Allow: allowedOutside } })
    return
  }
  if (!doorkeeper.admit(request)) return
  if (request.method === 'REGISTER') phones.register(request)
  else if (fromPhone) routePhone(request, options)
  else if (request.method === 'INVITE' && trunks.carriers.wanted) routeCarrier(request, options)
  else doorkeeper.refuse(request)
}

function routeCarrier(request: ReceivedRequest, options: RouteOptions): void {
  const trunk = options.trunks.carriers.authenticate(request)
  if (!trunk) return
  options.doorkeeper.proved(request.source.address)
  options.onInvite(request, callerOf(request, trunk))
}

function routePhone(request: ReceivedRequest, options: RouteOptions): void {
  // Keep-alives of phones ask for nothing, so nothing need be proved.
  if (request.method === 'OPTIONS') {
    request.reply(200, { headers: { Allow: allowedOfPhones } })
    return
  }
  const phone = options.phones.authenticate(request)
  if (!phone) return
  const from = partyOf(request, false)
  if (from.user !== phone.username) request.reply(403)
  else if (request.method === 'SUBSCRIBE') options.onSubscribe(request, phone)
  else if (request.method !== 'INVITE') request.reply(405, { headers: { Allow: allowedOfPhones } })
  else
    options.onInvite(request, {
      origin: { kind: 'phone', phoneId: phone.id, tenantId: phone.tenantId, userId: phone.userId ?? '' },
      from,
      dialled: userOf(request.uri),
    })
}

function identifyTrunk(request: ReceivedRequest, trunks: Trunks): Trunk | undefined {
  const requestUser = userOf(request.uri)
  const toUser = readParty(request.header('To') ?? '')?.user ?? ''
  const number = fromTrunkFormat(calledUser(request, requestUser))
  return trunks.identify({ source: request.source, requestUser, toUser, number })
}

/** Carriers that call the registered Contact put the number elsewhere. */
function calledUser(request: ReceivedRequest, requestUser: string): string {
  if (/^\+?\d{3,}$/.test(requestUser)) return requestUser
  const called = readParty(request.header('P-Called-Party-ID') ?? '')?.user
  return called || readParty(request.header('To') ?? '')?.user || requestUser
}

function callerOf(request: ReceivedRequest, trunk: Trunk): Caller {
  const requestUser = userOf(request.uri)
  const ours = requestUser === trunk.contactUser || requestUser === trunk.username
  return {
    origin: { kind: 'trunk', trunkId: trunk.id },
    from: partyOf(request, true),
    dialled: ours ? calledUser(request, '') : requestUser,
  }
}
