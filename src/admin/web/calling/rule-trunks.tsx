import { ActionIcon, Button, NumberInput, Select } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { OutboundRule } from '#admin/calling-view.ts'
import type { TrunkView } from '#admin/view.ts'
import look from '../look/form.module.css'
import css from './rule-trunks.module.css'

type RuleTrunk = OutboundRule['trunks'][number]

interface RuleTrunksProps {
  readonly chosen: readonly RuleTrunk[]
  readonly trunks: readonly TrunkView[]
  readonly onChange: (chosen: readonly RuleTrunk[]) => void
}

/** Which trunks carry the calls of a rule: lower orders first; within one order by weight. */
export function RuleTrunks({ chosen, trunks, onChange }: RuleTrunksProps) {
  const left = trunks.filter(({ id }) => !chosen.some(({ trunkId }) => trunkId === id))
  const change = (index: number, part: Partial<RuleTrunk>) =>
    onChange(chosen.map((one, place) => (place === index ? { ...one, ...part } : one)))
  const add = () => {
    const [first] = left
    if (first) onChange([...chosen, { trunkId: first.id, order: chosen.length + 1, weight: 1 }])
  }
  return (
    <div className={css.list}>
      <div>
        <p className={look.label}>Trunks</p>
        <p className={look.hint}>
          Lower orders are tried first, the next when one fails; within one order a higher weight comes first
          more often. None: any trunk.
        </p>
      </div>
      {chosen.map((one, index) => {
        const label = trunks.find(({ id }) => id === one.trunkId)?.label ?? 'a trunk that is gone'
        return (
          <div className={css.trunk} key={one.trunkId}>
            <Select
              aria-label={`Trunk ${index + 1}`}
              data={trunks
                .filter(({ id }) => id === one.trunkId || left.some((other) => other.id === id))
                .map((trunk) => ({ value: trunk.id, label: trunk.label }))}
              value={one.trunkId}
              onChange={(trunkId) => trunkId && change(index, { trunkId })}
              allowDeselect={false}
            />
            <NumberInput
              label="Order"
              aria-label={`Order of ${label}`}
              min={1}
              max={100}
              allowDecimal={false}
              value={one.order}
              onChange={(order) => typeof order === 'number' && change(index, { order })}
            />
            <NumberInput
              label="Weight"
              aria-label={`Weight of ${label}`}
              min={1}
              max={1000}
              allowDecimal={false}
              value={one.weight}
              onChange={(weight) => typeof weight === 'number' && change(index, { weight })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              aria-label={`Take ${label} out`}
              onClick={() => onChange(chosen.toSpliced(index, 1))}
            >
              <IconX size={17} />
            </ActionIcon>
          </div>
        )
      })}
      {left.length > 0 ? (
        <div>
          <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} />} onClick={add}>
            Add a trunk
          </Button>
        </div>
      ) : null}
    </div>
  )
}
