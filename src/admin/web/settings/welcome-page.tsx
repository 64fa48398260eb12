import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useMe } from '../data/me.ts'
import { numbersQuery } from '../data/numbers.ts'
import { peopleQuery } from '../data/people.ts'
import { phonesQuery } from '../data/phones.ts'
import { tasksQuery } from '../data/tasks.ts'
import { trunksQuery, useAddTestCarrier, usePlaceTestCall } from '../data/trunks.ts'
import { LinkButton } from '../look/link-button.tsx'
import { tellProblem } from '../look/tell.ts'
import me from '../me/me-page.module.css'
import { NumberSheet } from '../numbers/number-sheet.tsx'
import { UseThisBrowser } from '../phone/use-this-browser.tsx'
import { NewPhoneSheet } from '../phones/new-phone-sheet.tsx'
import { openSheet } from '../shell/sheet.ts'
import page from './settings-page.module.css'
import css from './welcome-page.module.css'
import { WelcomeStep } from './welcome-step.tsx'

/** A1: from nothing to a ringing phone; each step ticks itself off when it is true. */
export function WelcomePage() {
  const { company, userId } = useMe()
  const trunks = useQuery(trunksQuery)
  const numbers = useQuery(numbersQuery)
  const phones = useQuery(phonesQuery)
  const people = useQuery(peopleQuery)
  const open = useQuery(tasksQuery({ status: 'open', search: '' }))
  const closed = useQuery(tasksQuery({ status: 'closed', search: '' }))
  const testCarrier = useAddTestCarrier()
  const testCall = usePlaceTestCall()
  const [addingNumber, number] = useDisclosure(false)
  const [addingPhone, phone] = useDisclosure(false)
  const hasTestCarrier = trunks.data?.some(({ builtIn }) => builtIn) ?? false
  const hasTrunk = (trunks.data?.length ?? 0) > 0
  const hasNumber = (numbers.data?.length ?? 0) > 0
  const own = people.data?.find(({ id }) => id === userId)?.phones.online ?? 0
  const hasPhone = own > 0 || (phones.data?.some(({ online }) => online) ?? false)
  const madeButNotConnected = !hasPhone && (phones.data?.length ?? 0) > 0
  const called = [...(open.data ?? []), ...(closed.data ?? [])].some(({ kind }) => kind === 'call')
  useEffect(() => {
    document.title = 'Next steps · Cordboard'
  }, [])
  return (
    <main className={me.scroll}>
      <div className={`${page.page} ${me.page}`}>
        <header className={page.head}>
          <div className={page.words}>
            <h1 className={page.title}>
              {called ? `${company} is up and running` : `${company} is almost ready for its first call`}
            </h1>
            <p className={page.purpose}>
              Four steps from here to a ringing phone. Nothing is called outside until you add a real trunk.
            </p>
          </div>
        </header>
        <div className={page.card}>
          <ol className={css.steps}>
            <WelcomeStep
              place={1}
              done={hasTrunk}
              title="Connect a carrier"
              act={
                hasTrunk ? (
                  <LinkButton to="/settings/trunks" variant="default">
                    Show
                  </LinkButton>
                ) : (
                  <Button
                    loading={testCarrier.isPending}
                    onClick={() => testCarrier.mutate(undefined, { onError: tellProblem })}
                  >
                    Add the test carrier
                  </Button>
                )
              }
            >
              The built-in test carrier behaves like a provider and needs none. A real one comes under
              Settings, Trunks.
            </WelcomeStep>
            <WelcomeStep
              place={2}
              done={hasNumber}
              title="Give it a number"
              act={
                <Button
                  variant={hasTrunk && !hasNumber ? 'filled' : 'default'}
                  disabled={!hasTrunk}
                  onClick={number.open}
                >
                  {hasNumber ? 'Add another' : 'Add a number'}
                </Button>
              }
            >
              The number people call. The test carrier brings one of its own.
            </WelcomeStep>
            <WelcomeStep
              place={3}
              done={hasPhone}
              title="Connect a phone"
              act={
                <>
                  {hasPhone ? null : <UseThisBrowser next={hasNumber} />}
                  <Button variant="default" onClick={phone.open}>
                    {hasPhone || madeButNotConnected ? 'Add another' : 'Add a phone'}
                  </Button>
                </>
              }
            >
              {madeButNotConnected
                ? 'A phone is made but not connected yet: type its server, user name and password into it.'
                : 'This browser, a desk phone, or any softphone app on your computer.'}
            </WelcomeStep>
            <WelcomeStep
              place={4}
              done={called}
              title="Make a call"
              act={
                <Button
                  variant={hasPhone && !called ? 'filled' : 'default'}
                  disabled={!hasPhone}
                  loading={testCall.isPending}
                  onClick={() =>
                    hasTestCarrier ? testCall.mutate(undefined, { onError: tellProblem }) : openSheet('dial')
                  }
                >
                  {hasTestCarrier ? 'Call me' : 'Dial'}
                </Button>
              }
            >
              {hasTestCarrier
                ? 'The test carrier calls you: your phone rings, you hear music. Or dial +1 202 555 0101 for an echo.'
                : 'Dial any number. The call appears on the desk, and its task closes itself.'}
            </WelcomeStep>
          </ol>
        </div>
        <div className={css.foot}>
          <LinkButton to="/desk" variant={called ? 'filled' : 'subtle'}>
            To the desk
          </LinkButton>
        </div>
        <NumberSheet opened={addingNumber} onClose={number.close} />
        <NewPhoneSheet opened={addingPhone} onClose={phone.close} />
      </div>
    </main>
  )
}
