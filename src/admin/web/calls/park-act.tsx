import { Button } from '@mantine/core'
import { IconParking } from '@tabler/icons-react'
import type { LiveCallView } from '#admin/view.ts'
import { useTeamAct } from '../data/team-calls.ts'
import { tellProblem } from '../look/tell.ts'

/** The caller waits with music until anybody takes them. */
export function ParkAct({ call }: { readonly call: LiveCallView }) {
  const act = useTeamAct(call.id)
  return (
    <Button
      variant="default"
      leftSection={<IconParking size={16} />}
      loading={act.isPending}
      onClick={() => act.mutate('park', { onError: tellProblem })}
    >
      Park
    </Button>
  )
}
