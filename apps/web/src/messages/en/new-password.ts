export const rules = {
  length: (minimum: number) => `At least ${minimum} characters`,
  notTooLong: (maximum: number) => `At most ${maximum} characters`,
  notTheObvious: 'More than your name, a word everybody uses, or a row of keys',
}
export const met = 'done'
export const open = 'not yet'
export const strength = ['', 'Weak', 'Fair', 'Good', 'Strong'] as const
export const advice = 'A few unrelated words make a good one. Best is what a password manager makes up for you.'
