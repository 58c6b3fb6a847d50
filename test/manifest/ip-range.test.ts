import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkIpRange, isAllowedIp } from '../../src/manifest/ip-range.ts'

describe('an IP allow list', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.8', '192.0.2.7', false],
    ['192.0.2.255', '192.0.2.0/24', true],
    ['192.0.3.0', '192.0.2.0/24', false],
    ['192.0.3.0', '192.0.2.0/23', true],
    ['8.8.8.8', '0.0.0.0/0', true],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['::ffff:192.0.2.7', '192.0.2.0/24', true],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['::1', '::1', true],
    ['::ffff:c000:207', '192.0.2.0/24', true],
    ['0:0:0:0:0:FFFF:192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '::ffff:192.0.2.0/120', true],
    ['192.0.3.7', '::ffff:192.0.2.0/120', false],
    ['64:ff9b::192.0.2.7', '64:ff9b::/96', true],
    ['64:ff9b::192.0.2.7', '192.0.2.0/24', false],
    ['::192.0.2.7', '192.0.2.7', false],
    ['not an address', '0.0.0.0/0', false],
    ['', '0.0.0.0/0', false],
  ])('%s on %s: %s', (address, range, allowed) => {
    expect(isAllowedIp(address, [range])).toBe(allowed)
  })

  test('allows what any of its ranges allows, and nothing when it is empty', () => {
    expect(isAllowedIp('10.1.2.3', ['192.0.2.0/24', '10.0.0.0/8'])).toBe(true)
    expect(isAllowedIp('10.1.2.3', [])).toBe(false)
  })

  test('takes every address as a range of its own', () => {
    for (const address of [fc.ipV4(), fc.ipV6().filter((text) => !text.includes('.'))]) {
      fc.assert(
        fc.property(address, (given) => {
          expect(isAllowedIp(given, [given])).toBe(true)
        }),
      )
    }
  })

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    ':::',
    '1:2:3:4:5:6:7',
    '1::2::3',
    '::1/129',
    '::ffff:192.0.2.0/24',
    '::ffff:192.0.2',
    '1.2.3.4:5.6.7.8',
    '::1.2.3.4.5',
    'fe80::1%eth0',
    '::g',
    'localhost',
  ])('refuses the range %j', (text) => {
    expect(() => checkIpRange(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
