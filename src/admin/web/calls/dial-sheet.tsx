import { Button, Modal, TextInput } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useState } from 'react'
import { useDial } from '../data/calls.ts'
import { Form } from '../look/form.tsx'
import { useBrowserPhone } from '../phone/use-browser-phone.ts'
import { closeSheet, useSheet } from '../shell/sheet.ts'
import css from './dial-sheet.module.css'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** C7: dials from the desk; the own phone rings first, then the number. */
export function DialSheet() {
  const opened = useSheet()?.kind === 'dial'
  const [number, setNumber] = useState('')
  const dial = useDial()
  const here = useBrowserPhone().place === 'here'
  const close = () => {
    dial.reset()
    closeSheet()
  }
  return (
    <Modal opened={opened} onClose={close} title="Dial" size={340}>
      <Form
        label="Dial"
        error={dial.error}
        onSend={() =>
          dial.mutate(
            { number },
            {
              onSuccess: () => {
                setNumber('')
                close()
              },
            },
          )
        }
      >
        <TextInput
          aria-label="Number or extension"
          placeholder="Number or extension"
          inputMode="tel"
          autoComplete="off"
          size="lg"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
          required
          data-autofocus
        />
        <div className={css.pad}>
          {keys.map((key) => (
            <button key={key} type="button" className={css.key} onClick={() => setNumber(number + key)}>
              {key}
            </button>
          ))}
        </div>
        <p className={css.words}>
          {here
            ? 'The call is placed from this browser.'
            : 'Your phone rings first. Pick it up, and the number is called.'}
        </p>
        <Button type="submit" size="md" leftSection={<IconPhone size={18} />} loading={dial.isPending}>
          Call
        </Button>
      </Form>
    </Modal>
  )
}
