import { expect, test } from 'vitest'
import { mostCommon } from '#media/freeswitch/mix-across.ts'
import { idsOf } from '#media/freeswitch/room.ts'

const alice = '3f2c1c9e-6a60-4d5f-9c0e-1f4f2d3f0a01'
const bob = '3f2c1c9e-6a60-4d5f-9c0e-1f4f2d3f0a02'

test('the number of each channel is read from the list of a conference, whatever else stands there', () => {
  const list = [
    `7;sofia/drachtio_mrf/x@127.0.0.1;${alice};x;x;hear|speak|floor;0;0;0;0`,
    `12;sofia/drachtio_mrf/x@127.0.0.1;${bob};x;x;speak;0;0;0;0`,
    '-ERR Conference not found',
    `x;${alice};`,
    '',
  ].join('\n')

  expect([...idsOf(list)]).toEqual([
    [alice, '7'],
    [bob, '12'],
  ])
})

test('a mix is made where most of its legs are', () => {
  expect(mostCommon(['here', 'there', 'there'])).toBe('there')
  expect(mostCommon([])).toBeUndefined()
})
