/**
 * A double as Java's `Double.toString` prints it, the form in which Spark writes partition values: `1.0`, `1.0E10`,
 * `1.5E-5`, `NaN`, `-Infinity`. The shortest digits that read back the same.
 */
export function formatJavaDouble(value: number): string {
  return formatJava(value, Math.abs(value).toExponential())
}

/** As {@link formatJavaDouble} for a value of 32 bits: the shortest digits that read back the same *float*. */
export function formatJavaFloat(value: number): string {
  return formatJava(value, shortestFloat(Math.abs(value)))
}

function shortestFloat(value: number): string {
  // Nine significant digits always suffice for 32 bits (IEEE 754-2008 §5.12.2).
  for (let digits = 0; digits < 8; digits++) {
    const text = value.toExponential(digits)
    if (Math.fround(Number(text)) === value) return text
  }
  return value.toExponential(8)
}

/** `exponential` is the magnitude as `1.5e-5`. */
function formatJava(value: number, exponential: string): string {
  if (!Number.isFinite(value)) return String(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '', exponentText = ''] = exponential.split('e')
  const digits = mantissa.replace('.', '').replace(/0+$/, '').padEnd(1, '0')
  const exponent = Number(exponentText)
  // Java's borders of plain notation: 10^-3 ≤ |value| < 10^7.
  if (value !== 0 && (exponent < -3 || exponent >= 7)) {
    return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  return `${sign}${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`
}
