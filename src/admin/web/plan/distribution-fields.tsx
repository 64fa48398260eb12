import { MultiSelect, NumberInput, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { QueueStep } from '#admin/plan-view.ts'
import { peopleQuery } from '../data/people.ts'
import look from '../look/form.module.css'
import { strategyWords } from './strategy-words.ts'

type Distribution = QueueStep['distribution']

interface DistributionFieldsProps {
  readonly value: Distribution
  readonly onChange: (value: Distribution) => void
}

/** Who is rung first, for how long, and what comes after the call. */
export function DistributionFields({ value, onChange }: DistributionFieldsProps) {
  const set = (change: Partial<Distribution>) => onChange({ ...value, ...change })
  return (
    <>
      <Select
        label="Who is rung first"
        description={strategyWords[value.strategy].description}
        data={strategies.map((strategy) => ({ value: strategy, label: strategyWords[strategy].title }))}
        value={value.strategy}
        allowDeselect={false}
        onChange={(chosen) => {
          const strategy = strategies.find((one) => one === chosen)
          if (strategy) set({ strategy })
        }}
      />
      {value.strategy === 'fixed-order' ? (
        <OrderField value={value.order} onChange={(order) => set({ order })} />
      ) : null}
      <div className={look.pair}>
        <NumberInput
          label="Each person rings for"
          description="Then the next one"
          placeholder="20 s"
          suffix=" s"
          min={5}
          max={300}
          value={value.ringMs === null ? '' : value.ringMs / 1000}
          onChange={(chosen) => set({ ringMs: typeof chosen === 'number' ? chosen * 1000 : null })}
        />
        <NumberInput
          label="Ignored rings"
          description="Then “No answer”; 0: never"
          min={0}
          max={20}
          disabled={value.strategy === 'ring-all'}
          value={value.ignoredRings}
          onChange={(chosen) => typeof chosen === 'number' && set({ ignoredRings: chosen })}
        />
      </div>
      <NumberInput
        label="Wrap-up after a call"
        description="Time to finish it before the next one; they may end it early, or have it twice"
        placeholder="None"
        suffix=" s"
        min={0}
        max={3600}
        value={value.wrapUpMs === 0 ? '' : value.wrapUpMs / 1000}
        onChange={(chosen) => set({ wrapUpMs: typeof chosen === 'number' ? chosen * 1000 : 0 })}
      />
      <div className={look.pair}>
        <NumberInput
          label="Last agent first"
          description="Whoever spoke with them lately"
          placeholder="No"
          suffix=" days"
          min={0}
          max={3650}
          value={value.lastAgentDays === 0 ? '' : value.lastAgentDays}
          onChange={(chosen) => set({ lastAgentDays: typeof chosen === 'number' ? chosen : 0 })}
        />
        <NumberInput
          label="Waits for them"
          description="If they are on a call"
          suffix=" s"
          min={0}
          max={600}
          disabled={value.lastAgentDays === 0}
          value={value.lastAgentWaitMs / 1000}
          onChange={(chosen) => typeof chosen === 'number' && set({ lastAgentWaitMs: chosen * 1000 })}
        />
      </div>
    </>
  )
}

const strategies = ['longest-idle', 'ring-all', 'round-robin', 'fewest-calls', 'fixed-order'] as const

interface OrderFieldProps {
  readonly value: readonly string[]
  readonly onChange: (order: string[]) => void
}

function OrderField({ value, onChange }: OrderFieldProps) {
  const { data } = useQuery(peopleQuery)
  return (
    <MultiSelect
      label="Order"
      description="In the order you choose them; everybody else comes after"
      data={(data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={[...value]}
      onChange={onChange}
    />
  )
}
