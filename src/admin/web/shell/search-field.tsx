import { CloseButton, Kbd, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { searchFieldId } from './keys.ts'

/** Searches tasks; the words stand in the address, and the open task stays open. */
export function SearchField() {
  const navigate = useNavigate()
  const { q = '' } = useSearch({ strict: false })
  const onDesk = useRouterState({ select: (state) => /^\/(desk|task)/.test(state.location.pathname) })
  const [words, setWords] = useState(q)
  useEffect(() => setWords(q), [q])

  const search = (text: string) => {
    const next = text.trim() === '' ? {} : { q: text }
    void navigate({
      to: onDesk ? '.' : '/desk',
      search: ({
        view,
        kind,
      }: {
        view?: 'mine' | 'nobody' | 'all' | 'done'
        kind?: 'call' | 'email' | 'manual'
      }) => ({
        ...(view ? { view } : {}),
        ...(kind ? { kind } : {}),
        ...next,
      }),
      replace: true,
    })
  }
  const searchSoon = useDebouncedCallback(search, 180)
  const type = (text: string) => {
    setWords(text)
    searchSoon(text)
  }
  return (
    <TextInput
      id={searchFieldId}
      type="search"
      aria-label="Search tasks"
      placeholder="Search tasks"
      value={words}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        type('')
        event.currentTarget.blur()
      }}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        words === '' ? (
          <Kbd size="xs" aria-hidden="true" visibleFrom="sm">
            /
          </Kbd>
        ) : (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
        )
      }
    />
  )
}
