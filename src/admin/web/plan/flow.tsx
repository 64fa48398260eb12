import { Button, Menu } from '@mantine/core'
import { IconArrowRight, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { PlanStep, PlanSteps } from '#admin/plan-view.ts'
import css from './flow.module.css'
import { newStep } from './new-step.ts'
import { waysFrom } from './step-branches.ts'
import { StepSheet } from './step-sheet.tsx'
import { type PlanNames, type StepKind, stepKinds, stepWords } from './step-words.ts'

export interface FlowTools {
  readonly names: PlanNames
  /** Undefined: only to look at. */
  readonly first: { readonly userId: string } | undefined
}

interface FlowProps extends FlowTools {
  readonly steps: PlanSteps
  /** For screen readers: which branch this is. */
  readonly label: string
  readonly onChange: (steps: PlanSteps) => void
}

/** Steps from left to right; the ways that lead on from one stand below it. */
export function Flow({ steps, label, onChange, ...tools }: FlowProps) {
  const put = (place: number, ...instead: readonly PlanStep[]) =>
    onChange([...steps.slice(0, place), ...instead, ...steps.slice(place + 1)])
  return (
    <ol className={css.flow} aria-label={label}>
      {steps.map((step, place) => (
        // A step has no name of its own: its place is what it is.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} className={css.stop}>
          <Stop
            step={step}
            tools={tools}
            onChange={(changed) => put(place, changed)}
            onRemove={() => put(place)}
          />
          {isLast(step) ? null : <IconArrowRight size={15} className={css.arrow} aria-hidden="true" />}
        </li>
      ))}
      <li className={css.stop}>
        {tools.first && !steps.some(isLast) ? (
          <AddStep label={label} onAdd={(kind) => put(steps.length, newStep(kind, tools.first ?? nobody))} />
        ) : null}
        {!tools.first && steps.length === 0 ? <span className={css.nothing}>Goes on</span> : null}
      </li>
    </ol>
  )
}

const nobody = { userId: '' }

/** Nothing is met after it. */
function isLast({ kind }: PlanStep): boolean {
  return kind === 'voicemail' || kind === 'hangup'
}

interface StopProps {
  readonly step: PlanStep
  readonly tools: FlowTools
  readonly onChange: (step: PlanStep) => void
  readonly onRemove: () => void
}

function Stop({ step, tools, onChange, onRemove }: StopProps) {
  const [opened, open] = useState(false)
  const { title, Picture } = stepKinds[step.kind]
  const ways = waysFrom(step)
  return (
    <div className={css.column}>
      <button type="button" className={css.card} disabled={!tools.first} onClick={() => open(true)}>
        <span className={css.title}>
          <Picture size={16} stroke={1.7} aria-hidden="true" />
          {title}
        </span>
        <span className={css.words}>{stepWords(step, tools.names)}</span>
      </button>
      {ways.length === 0 ? null : (
        <div className={css.ways}>
          {ways.map((way) => (
            <div key={way.name} className={css.way}>
              <span className={css.wayName}>{way.name}</span>
              <Flow
                {...tools}
                steps={way.steps}
                label={`${title}, ${way.name}`}
                onChange={(steps) => onChange(way.changed(steps))}
              />
            </div>
          ))}
        </div>
      )}
      <StepSheet
        key={String(opened)}
        step={step}
        opened={opened}
        onClose={() => open(false)}
        onSave={(changed) => {
          onChange(changed)
          open(false)
        }}
        onRemove={onRemove}
      />
    </div>
  )
}

function AddStep({ label, onAdd }: { readonly label: string; readonly onAdd: (kind: StepKind) => void }) {
  const kinds: readonly StepKind[] = ['announce', 'menu', 'queue', 'person', 'number', 'voicemail', 'hangup']
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          aria-label={`Add a step: ${label}`}
        >
          Add
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => {
          const { title, Picture } = stepKinds[kind]
          return (
            <Menu.Item
              key={kind}
              leftSection={<Picture size={16} stroke={1.7} />}
              onClick={() => onAdd(kind)}
            >
              {title}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
