import { Button, Modal, TextInput } from '@mantine/core'
import { IconArrowForwardUp, IconMessageForward } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useState } from 'react'
import type { LiveCallView } from '#admin/view.ts'
import { useMe } from '../data/me.ts'
import { peopleQuery, skillsQuery } from '../data/people.ts'
import { contactsToCallQuery, useTransfer } from '../data/transfers.ts'
import { Form } from '../look/form.tsx'
import { StateDot } from '../look/state-dot.tsx'
import { transferChoices } from './transfer-choices.ts'
import css from './transfer-sheet.module.css'

interface TransferSheetProps {
  readonly call: LiveCallView
  readonly opened: boolean
  readonly onClose: () => void
}

/** C5, C6: whom to, and whether to speak with them first. Enter transfers, arrows choose. */
export function TransferSheet({ call, opened, onClose }: TransferSheetProps) {
  const me = useMe()
  const list = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const people = useQuery(peopleQuery)
  const skills = useQuery(skillsQuery)
  const contacts = useQuery(contactsToCallQuery(text.trim()))
  const transfer = useTransfer(call.id)
  const choices = transferChoices(text, {
    people: people.data ?? [],
    skills: skills.data ?? [],
    contacts: contacts.data ?? [],
    myId: me.userId,
  })
  const chosen = choices[Math.min(at, choices.length - 1)]
  const close = () => {
    transfer.reset()
    setText('')
    setAt(0)
    onClose()
  }
  const begin = (how: 'blind' | 'warm') => {
    if (chosen) transfer.mutate({ how, to: chosen.to }, { onSuccess: close })
  }
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || choices.length === 0) return
    event.preventDefault()
    setAt((Math.min(at, choices.length - 1) + step + choices.length) % choices.length)
  }
  return (
    <Modal opened={opened} onClose={close} title={`Transfer ${call.party}`} size={440}>
      <Form label="Transfer" error={transfer.error} onSend={() => begin('blind')}>
        <TextInput
          aria-label="Person, contact or number"
          placeholder="Person, contact or number"
          autoComplete="off"
          size="md"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={move}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={chosen ? `${list}-${chosen.key}` : undefined}
          data-autofocus
        />
        <div id={list} role="listbox" aria-label="Whom to" className={css.list}>
          {choices.map((choice, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, and names what is chosen.
            // biome-ignore lint/a11y/useKeyWithClickEvents: arrows in the field choose.
            <div
              key={choice.key}
              id={`${list}-${choice.key}`}
              role="option"
              aria-selected={choice === chosen}
              className={choice === chosen ? `${css.choice} ${css.chosen}` : css.choice}
              onClick={() => setAt(index)}
            >
              {choice.person ? <StateDot kind={lightOf(choice.person)} /> : <span className={css.nobody} />}
              <span className={css.name}>{choice.name}</span>
              <span className={css.words}>{choice.words}</span>
            </div>
          ))}
          {choices.length === 0 ? (
            <p className={css.nothing}>Nobody of that name. Type a number to transfer outside.</p>
          ) : null}
        </div>
        <div className={css.acts}>
          <Button
            type="submit"
            leftSection={<IconArrowForwardUp size={18} />}
            loading={transfer.isPending}
            disabled={!chosen}
          >
            Transfer
          </Button>
          <Button
            variant="default"
            leftSection={<IconMessageForward size={18} />}
            disabled={!chosen || chosen.to.kind === 'skills' || transfer.isPending}
            onClick={() => begin('warm')}
          >
            Speak first
          </Button>
        </div>
      </Form>
    </Modal>
  )
}

function lightOf({
  onCall,
  phones,
  status,
}: {
  onCall: boolean
  phones: { online: number }
  status: { kind: string }
}) {
  if (onCall) return 'red'
  if (phones.online === 0) return 'grey'
  return status.kind === 'green' ? 'green' : status.kind === 'grey' ? 'grey' : 'orange'
}
