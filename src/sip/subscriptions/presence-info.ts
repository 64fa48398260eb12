// The same lamp for phones that ask for presence: a minimal PIDF (RFC 3863) with what the person does (RFC 4480).
import type { DocumentOptions, EventPackage } from './event-package.ts'
import type { LampCall, LampSource } from './lamp.ts'
import { xmlText } from './xml.ts'

export function presencePackage(lamps: LampSource): EventPackage {
  return {
    name: 'presence',
    contentType: 'application/pidf+xml',
    find: ({ tenantId }, extension) => {
      const doing = () => {
        const calls = lamps.callsAt(tenantId, extension)
        return calls && doingOf(calls)
      }
      if (doing() === undefined) return 'unknown'
      return {
        look: () => {
          const now = doing()
          return now && { key: now, write: (document) => presenceInfo(now, extension, document) }
        },
      }
    },
  }
}

type Doing = 'free' | 'ringing' | 'talking' | 'held'

/** A call that rings may be taken by somebody else, so it says more than one that goes on. */
function doingOf(calls: readonly LampCall[]): Doing {
  const [first] = calls
  if (!first) return 'free'
  if (first.state === 'ringing') return 'ringing'
  return calls.every(({ onHold }) => onHold) ? 'held' : 'talking'
}

const notes: Readonly<Record<Doing, string>> = {
  free: 'Ready',
  ringing: 'Ringing',
  talking: 'On the phone',
  held: 'On hold',
}

export function presenceInfo(doing: Doing, extension: string, { entity }: DocumentOptions): string {
  const activity = doing === 'free' ? '<rpid:unknown/>' : '<rpid:on-the-phone/>'
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"',
    ` xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="${xmlText(entity)}">`,
    // The contents of a status stay open: a colleague on the phone can still be called.
    `<tuple id="t${xmlText(extension)}"><status><basic>open</basic></status>`,
    `<contact>${xmlText(entity)}</contact><note>${notes[doing]}</note></tuple>`,
    `<dm:person id="p${xmlText(extension)}"><rpid:activities>${activity}</rpid:activities>`,
    `<dm:note>${notes[doing]}</dm:note></dm:person>`,
    '</presence>',
    '',
  ].join('\r\n')
}
