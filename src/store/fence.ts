/** What a policy takes for a pattern or a variable (AWS IAM, "Resource" and "Policy variables"). */
const PATTERN = /[*?]|\$\{/

/** Whether a policy can name what lies below a prefix of a bucket, and nothing else: it cannot where that is the whole bucket. */
export function canFence(prefix: string): boolean {
  return prefix !== '' && !PATTERN.test(prefix)
}
