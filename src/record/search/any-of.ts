/** Alternatives as one condition that may stand beside others. */
export const anyOf = (conditions: string[]): string =>
  conditions.length === 1 ? conditions[0]! : conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;
