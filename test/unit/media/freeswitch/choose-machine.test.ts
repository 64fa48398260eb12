import { expect, test } from 'vitest'
import { chooseMachine } from '#media/freeswitch/choose-machine.ts'

const machine = (load: number, room: number, up = true) => ({ up, load, room })
const fresh = { home: undefined, tried: new Set<ReturnType<typeof machine>>() }

test('the machine with the smallest share of its sessions in use is taken, not the one with the fewest legs', () => {
  const [small, large] = [machine(10, 10), machine(30, 70)]

  expect(chooseMachine([small, large], fresh)).toBe(large)
})

test('a call stays where its legs are, however full that is', () => {
  const [home, other] = [machine(99, 1), machine(0, 100)]

  expect(chooseMachine([other, home], { ...fresh, home })).toBe(home)
})

test.each([
  ['is down', machine(1, 10, false)],
  ['has no room', machine(10, 0)],
])('a call whose machine %s goes to another', (_why, home) => {
  const other = machine(5, 5)

  expect(chooseMachine([home, other], { ...fresh, home })).toBe(other)
})

test('one that was tried is not tried again', () => {
  const [tried, other] = [machine(0, 10), machine(9, 1)]

  expect(chooseMachine([tried, other], { home: tried, tried: new Set([tried]) })).toBe(other)
})

test('none up is media.down, none with room is media.full', () => {
  expect(() => chooseMachine([machine(0, 10, false)], fresh)).toThrow(
    expect.objectContaining({ code: 'media.down', retry: true }),
  )
  expect(() => chooseMachine([machine(9, 0)], fresh)).toThrow(
    expect.objectContaining({ code: 'media.full', retry: true }),
  )
})
