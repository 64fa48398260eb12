import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TriedNumber } from '#admin/calling-view.ts'
import { useTryNumber } from '../data/calling.ts'
import { peopleQuery } from '../data/people.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { text, textOrNull } from '../look/form-fields.ts'
import { StateDot } from '../look/state-dot.tsx'
import { fromLocalInput } from '../time/local-input.ts'
import { numberTypes, typeWords } from './number-types.ts'
import section from './section.module.css'
import css from './try-number.module.css'

/** What would happen to a call; nobody is called. */
export function TryNumber() {
  const people = useQuery(peopleQuery)
  const tried = useTryNumber()
  const send = (fields: FormData) =>
    tried.mutate({
      number: text(fields, 'number'),
      userId: textOrNull(fields, 'userId'),
      at: fromLocalInput(text(fields, 'at')),
    })
  return (
    <section className={section.section} aria-label="Try a number">
      <div>
        <h2 className={section.title}>Try a number</h2>
        <p className={section.hint}>
          Shows which rule decides, which trunks are tried and which number is seen. Nobody is called.
        </p>
      </div>
      <div className={section.content}>
        <Form label="Try a number" error={tried.error} onSend={send}>
          <div className={look.pair}>
            <TextInput label="As dialled" name="number" placeholder="+49 30 123456" required maxLength={64} />
            <Select
              label="By"
              name="userId"
              placeholder="Nobody in particular"
              data={(people.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              clearable
            />
          </div>
          <div className={look.pair}>
            <TextInput label="When" description="Empty: now" name="at" type="datetime-local" />
          </div>
          <div className={look.buttons}>
            <Button type="submit" variant="default" loading={tried.isPending}>
              Try it
            </Button>
          </div>
        </Form>
        <div aria-live="polite">{tried.data ? <Result tried={tried.data} /> : null}</div>
      </div>
    </section>
  )
}

const skippedWords = { off: 'switched off', down: 'down now', full: 'all its lines are in use' } as const

function Result({ tried }: { readonly tried: TriedNumber }) {
  const { verdict, rule, sentence, status, read, ways } = tried
  const type = numberTypes.find((one) => one === read.type)
  const what = [read.shown, read.country, type && typeWords[type].toLowerCase()].filter(Boolean).join(' · ')
  return (
    <div className={css.result}>
      <p className={css.verdict}>
        <StateDot kind={verdict === 'allowed' ? 'green' : 'red'} />
        {verdict === 'allowed' ? 'Goes out' : (sentence ?? 'Refused')}
      </p>
      <p className={css.rule}>
        {what ? `${read.kind === 'emergency' ? 'Emergency number ' : ''}${what}. ` : ''}
        {rule}.{status === null ? '' : ` A phone is told ${status}.`}
      </p>
      {ways.length > 0 ? (
        <ol className={css.ways}>
          {ways.map((way) => (
            <li key={way.trunkId} className={way.skipped ? css.skipped : undefined}>
              {way.label}
              {way.skipped
                ? `: left out, ${skippedWords[way.skipped]}`
                : `, ${way.withheld ? 'number withheld' : `shows ${way.from ?? 'its account'}`}${way.failedLately ? ', failed a moment ago' : ''}`}
            </li>
          ))}
        </ol>
      ) : null}
    </div>
  )
}
