// What a site does with each kind of rule: refuse, warn, or pass over.
import type { Finding, Rule } from './contract.ts';

export type Consequence = 'refuse' | 'warn' | 'off';

/** By kind of rule, and for whatever a profile asks that the resource names; `refuse` where nothing is said. It is about errors: warnings and information never refuse. */
export type ValidationPolicy = { readonly [kind in Rule | 'profiles']?: Consequence };

export interface Decision {
  refused: boolean;
  /** An error of a kind that only warns is a warning here; kinds that are off are left out. */
  findings: Finding[];
}

/** Both have to refuse where both have a say. */
const mildest = (...wishes: (Consequence | undefined)[]): Consequence =>
  wishes.includes('off') ? 'off' : wishes.includes('warn') ? 'warn' : 'refuse';

/** Structure cannot be turned off: what is no R4 cannot be stored. */
const always: ReadonlySet<Rule> = new Set(['structure']);

export function decide(findings: readonly Finding[], policy: ValidationPolicy = {}): Decision {
  const kept = findings.flatMap((finding): Finding[] => {
    const consequence = always.has(finding.rule)
      ? 'refuse'
      : mildest(policy[finding.rule], finding.profile === undefined ? undefined : policy.profiles);
    if (consequence === 'off') return [];
    const isError = finding.severity === 'error' || finding.severity === 'fatal';
    return [consequence === 'warn' && isError ? { ...finding, severity: 'warning' } : finding];
  });
  return { refused: kept.some(({ severity }) => severity === 'error' || severity === 'fatal'), findings: kept };
}
