import { Button, Skeleton } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { Problem } from '../look/problem.tsx'
import css from './settings-page.module.css'

interface SettingsPageProps {
  readonly title: string
  /** One sentence: what this page is for. */
  readonly purpose: string
  readonly act?: ReactNode
  readonly list: {
    readonly isPending: boolean
    readonly error: unknown
    readonly data: readonly unknown[] | undefined
    readonly refetch: () => unknown
  }
  /** Shown in place of the list while there is nothing in it. */
  readonly empty: ReactNode
  readonly children: ReactNode
}

export function SettingsPage({ title, purpose, act, list, empty, children }: SettingsPageProps) {
  useEffect(() => {
    document.title = `${title} · Cordboard`
  }, [title])
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.words}>
          <h1 className={css.title}>{title}</h1>
          <p className={css.purpose}>{purpose}</p>
        </div>
        {act ? <div className={css.acts}>{act}</div> : null}
      </header>
      <div className={css.card}>
        {list.isPending ? (
          <div className={css.skeleton} aria-busy="true">
            <Skeleton height={18} width="48%" />
            <Skeleton height={18} width="66%" />
            <Skeleton height={18} width="54%" />
          </div>
        ) : null}
        {list.error && list.data === undefined ? (
          <div className={css.skeleton}>
            <Problem error={list.error} />
            <div>
              <Button variant="default" onClick={() => void list.refetch()}>
                Try again
              </Button>
            </div>
          </div>
        ) : null}
        {list.data?.length === 0 ? empty : null}
        {list.data && list.data.length > 0 ? children : null}
      </div>
    </div>
  )
}
