import { IconBulb } from '@tabler/icons-react'
import type { Light, TrunkView } from '#admin/view.ts'
import { StateDot } from '../look/state-dot.tsx'
import { Moment } from '../time/moment.tsx'
import { LightStrip } from './light-strip.tsx'
import { TrunkMenu } from './trunk-menu.tsx'
import css from './trunk-row.module.css'

interface TrunkRowProps {
  readonly trunk: TrunkView
}

const words: Readonly<Record<Light, string>> = {
  green: 'Working',
  amber: 'Unsteady',
  red: 'Down',
  grey: 'Not known',
}

/** K4: the light, one sentence of reason, the last code, since when, what to do, and the last 24 hours. */
export function TrunkRow({ trunk }: TrunkRowProps) {
  const light = trunk.enabled ? trunk.light : 'grey'
  return (
    <li className={css.trunk}>
      <div className={css.head}>
        <span className={css.name}>{trunk.label}</span>
        {trunk.provider === trunk.label ? null : <span className={css.provider}>{trunk.provider}</span>}
        <span className={`${css.light} ${css[light]}`}>
          <StateDot kind={light} />
          {trunk.enabled ? words[light] : 'Switched off'}
        </span>
      </div>
      <div className={css.reason}>
        {trunk.reason}
        {trunk.advice ? (
          <p className={css.advice}>
            <IconBulb size={16} stroke={1.7} aria-hidden="true" />
            {trunk.advice}
          </p>
        ) : null}
      </div>
      <div className={css.facts}>
        <span>
          Since <Moment at={trunk.since} />
        </span>
        {trunk.lastCode === null ? null : <span>Last answer {trunk.lastCode}</span>}
        {trunk.lastFailure ? (
          <span>
            Last failed call <Moment at={trunk.lastFailure.at} />: {trunk.lastFailure.sentence}
          </span>
        ) : null}
        <span className="figures">
          {trunk.callsInUse}
          {trunk.callsLimit === null ? '' : ` of ${trunk.callsLimit}`} calls in use
        </span>
        <span>
          {trunk.kind === 'registration' ? 'Registers at' : 'Peers with'} {trunk.server} over{' '}
          {trunk.transport.toUpperCase()}
        </span>
      </div>
      <div className={css.strip}>
        <LightStrip strip={trunk.strip} label={trunk.label} />
      </div>
      <div className={css.menu}>
        <TrunkMenu trunk={trunk} />
      </div>
    </li>
  )
}
