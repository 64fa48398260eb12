import { Button } from '@mantine/core'
import { IconArrowForwardUp, IconArrowsExchange, IconUsersPlus, IconX } from '@tabler/icons-react'
import type { LiveCallView, TransferView } from '#admin/view.ts'
import { type TransferAct, useTransferAct } from '../data/transfers.ts'
import { tellProblem } from '../look/tell.ts'

interface TransferActsProps {
  readonly call: LiveCallView
  readonly transfer: TransferView
}

/** What can be done while somebody is rung or spoken to. */
export function TransferActs({ call, transfer }: TransferActsProps) {
  const act = useTransferAct(call.id)
  const run = (what: TransferAct) => act.mutate(what, { onError: tellProblem })
  const spoken = transfer.state !== 'ringing'
  return (
    <>
      {transfer.how === 'warm' ? (
        <Button
          color="var(--green-fill)"
          leftSection={<IconArrowForwardUp size={16} />}
          onClick={() => run('complete')}
        >
          {spoken ? 'Transfer' : 'Transfer now'}
        </Button>
      ) : null}
      {spoken ? (
        <>
          <Button
            variant="default"
            leftSection={<IconArrowsExchange size={16} />}
            onClick={() => run('swap')}
          >
            Swap
          </Button>
          <Button variant="default" leftSection={<IconUsersPlus size={16} />} onClick={() => run('merge')}>
            Join all
          </Button>
        </>
      ) : null}
      <Button variant="default" leftSection={<IconX size={16} />} onClick={() => run('cancel')}>
        Take back
      </Button>
    </>
  )
}

/** How it stands, for who passes the call on and for who is to get it. */
export function transferWords(call: LiveCallView, transfer: TransferView, myId: string): string {
  const { by, to, state, how } = transfer
  if (to.id === myId) {
    const who = by?.name ?? 'A colleague'
    if (state === 'ringing')
      return how === 'blind' ? `${who} transfers this call to you` : `${who} wants a word about this call`
    return state === 'consulting' ? `With ${who} about this call` : `${who} is back in a moment`
  }
  if (state === 'ringing') return `Ringing ${to.name}; ${call.party} hears music`
  return state === 'consulting' ? `With ${to.name}; ${call.party} hears music` : `${to.name} hears music`
}
