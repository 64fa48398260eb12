// The office of the scenario tests, with a phone for Bob too: Eva has the skill and is rung, Bob gets what she passes on.
import { read } from './desk.ts'
import type { Line } from './line.ts'
import { liveCall, type Office, openOffice, openPhone, ourNumber } from './office.ts'

export const [aliceHz, evaHz, bobHz] = [1000, 1500, 2300]
export const tones = [aliceHz, evaHz, bobHz]

export interface TwoPhones extends AsyncDisposable {
  readonly office: Office
  readonly bobId: string
  readonly bobsPhone: Line
  quiet(): Promise<void>
}

export const bobsExtension = '22'

export async function openTwoPhones(): Promise<TwoPhones> {
  await using stack = new AsyncDisposableStack()
  const office = stack.use(await openOffice())
  const { desk, appliance } = office
  const { userId: bobId } = await read(desk.api.me.$get())
  await read(desk.api.people[':id'].$patch({ param: { id: bobId }, json: { extension: bobsExtension } }))
  const address = '127.0.0.4'
  const bobsPhone = stack.use(await openPhone(desk, { appliance, userId: bobId, address }))
  const opened = stack.move()
  return {
    office,
    bobId,
    bobsPhone,
    quiet: async () => {
      try {
        await office.quiet()
      } finally {
        await bobsPhone.reset()
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Alice calls, Eva answers, both speak; the id of the call. */
export async function aliceTalksToEva(office: Office, caller: string): Promise<string> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(aliceHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  return (await liveCall(office, 'talking')).id
}
