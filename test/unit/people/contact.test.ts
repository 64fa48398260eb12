import { expect, test } from 'vitest'
import {
  changeContact,
  createContact,
  findContactByEmail,
  findContactByNumber,
  searchContacts,
  topPoint,
} from '#people/contact.ts'
import { testStore } from '#test/temp-folder.ts'

const write = { country: 'CZ', now: 1 }

test('a contact is found by its number and address however they were typed', () => {
  using given = testStore()
  const alice = createContact(
    given.db,
    {
      name: ' Alice ',
      points: [
        { kind: 'phone', value: '602 123 456', label: 'mobile' },
        { kind: 'email', value: 'Alice@Example.com' },
        { kind: 'phone', value: '+420 602 123 456' },
      ],
    },
    write,
  )

  expect(alice.name).toBe('Alice')
  expect(alice.points.map((point) => point.value)).toEqual(['+420602123456', 'alice@example.com'])
  expect(findContactByNumber(given.db, '+420602123456')).toEqual(alice)
  expect(findContactByEmail(given.db, 'ALICE@example.com ')).toEqual(alice)
  expect(findContactByNumber(given.db, '602123456')).toBeUndefined()
})

test('the number that is first is the top number', () => {
  using given = testStore()
  const points = [
    { kind: 'email', value: 'alice@example.com' },
    { kind: 'phone', value: '+420222222222' },
    { kind: 'phone', value: '+420111111111' },
  ] as const
  const alice = createContact(given.db, { name: 'Alice', points }, write)

  expect(topPoint(alice, 'phone')).toBe('+420222222222')
  expect(topPoint(changeContact(given.db, alice.id, { points: [] }, write), 'phone')).toBeUndefined()
})

test('a shared number belongs to the contact that has it on top, then to the newest', () => {
  using given = testStore()
  const phone = (value: string) => ({ kind: 'phone' as const, value })
  const points = [phone('+420111111111'), phone('+420222222222')]
  createContact(given.db, { name: 'second', points }, { ...write, now: 3 })
  createContact(given.db, { name: 'older', points: [phone('+420222222222')] }, write)
  createContact(given.db, { name: 'newer', points: [phone('+420222222222')] }, { ...write, now: 2 })

  expect(findContactByNumber(given.db, '+420222222222')?.name).toBe('newer')
  expect(findContactByNumber(given.db, '+420111111111')?.name).toBe('second')
})

test('a change keeps what it does not name, and a refused one changes nothing', () => {
  using given = testStore()
  const alice = createContact(
    given.db,
    { name: 'Alice', company: 'globex', note: 'VIP', points: [{ kind: 'phone', value: '602123456' }] },
    write,
  )

  const after = changeContact(given.db, alice.id, { note: '' }, { ...write, now: 5 })

  expect(after).toEqual({ ...alice, note: '', updatedAt: 5 })
  const wrong = { name: 'Eve', points: [{ kind: 'phone', value: 'call me' } as const] }
  expect(() => changeContact(given.db, alice.id, wrong, write)).toThrow(
    expect.objectContaining({ code: 'people.number' }),
  )
  expect(searchContacts(given.db, 'lic')).toEqual([after])
})

test('search takes % and _ as they are written', () => {
  using given = testStore()
  createContact(given.db, { name: '100 % wool' }, write)
  createContact(given.db, { name: 'Alice' }, write)

  expect(searchContacts(given.db, '%').map((contact) => contact.name)).toEqual(['100 % wool'])
  expect(searchContacts(given.db, '_')).toEqual([])
  expect(searchContacts(given.db, 'ALI').map((contact) => contact.name)).toEqual(['Alice'])
})
