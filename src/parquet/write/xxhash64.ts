import { read32, Word64 } from './word64.ts'

// The primes of XXH64 (xxHash, "xxHash fast digest algorithm").
const P1 = new Word64(0x9e3779b1, 0x85ebca87)
const P2 = new Word64(0xc2b2ae3d, 0x27d4eb4f)
const P3 = new Word64(0x165667b1, 0x9e3779f9)
const P4 = new Word64(0x85ebca77, 0xc2b2ae63)
const P5 = new Word64(0x27d4eb2f, 0x165667c5)

/** Bytes that the four lanes take together. */
const STRIPE = 32

// Working words: a hash is computed without a pause, and makes no garbage.
const hash = new Word64()
const input = new Word64()
const eight = new Word64()
const [a, b, c, d] = [new Word64(), new Word64(), new Word64(), new Word64()]

/** XXH64 with seed 0 of `bytes[start, end)`. The result is valid until the next call. */
export function xxHash64(bytes: Uint8Array, start: number, end: number): Word64 {
  const length = end - start
  const stripes = start + Math.floor(length / STRIPE) * STRIPE
  if (stripes > start) hashStripes(bytes, start, stripes)
  else hash.set(P5.high, P5.low)
  hash.add(input.set(0, length))
  let at = stripes
  for (; at + 8 <= end; at += 8) {
    const lane = mix(input.set(0, 0), bytes, at)
    hash.xor(lane).rotate(27).multiply(P1).add(P4)
  }
  if (at + 4 <= end) {
    hash
      .xor(input.set(0, read32(bytes, at)).multiply(P1))
      .rotate(23)
      .multiply(P2)
      .add(P3)
    at += 4
  }
  for (; at < end; at++) {
    hash
      .xor(input.set(0, bytes[at] ?? 0).multiply(P5))
      .rotate(11)
      .multiply(P1)
  }
  return hash.xorShifted(33).multiply(P2).xorShifted(29).multiply(P3).xorShifted(32)
}

function hashStripes(bytes: Uint8Array, start: number, end: number): void {
  a.set(P1.high, P1.low).add(P2)
  b.set(P2.high, P2.low)
  c.set(0, 0)
  d.set(~P1.high, ~P1.low).add(ONE)
  for (let at = start; at < end; at += STRIPE) {
    mix(a, bytes, at)
    mix(b, bytes, at + 8)
    mix(c, bytes, at + 16)
    mix(d, bytes, at + 24)
  }
  hash.set(0, 0)
  for (const [lane, bits] of ROTATIONS) hash.add(input.set(lane.high, lane.low).rotate(bits))
  for (const [lane] of ROTATIONS) {
    hash.xor(lane.multiply(P2).rotate(31).multiply(P1)).multiply(P1).add(P4)
  }
}

const ONE = new Word64(0, 1)
const ROTATIONS = [
  [a, 1],
  [b, 7],
  [c, 12],
  [d, 18],
] as const

/** One round of a lane: takes eight bytes in. */
function mix(lane: Word64, bytes: Uint8Array, at: number): Word64 {
  return lane.add(eight.read(bytes, at).multiply(P2)).rotate(31).multiply(P1)
}
