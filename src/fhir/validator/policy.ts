// What a site does with each kind of rule: refuse, warn, or pass over.
import type { Finding, Rule } from './contract.ts';

export type Consequence = 'refuse' | 'warn' | 'off';

/** By kind of rule; `refuse` where nothing is said. It is about errors: warnings and information never refuse. */
export type ValidationPolicy = { readonly [kind in Rule]?: Consequence };

export interface Decision {
  refused: boolean;
  /** An error of a kind that only warns is a warning here; kinds that are off are left out. */
  findings: Finding[];
}

/** Structure cannot be turned off: what is no R4 cannot be stored. */
const always: ReadonlySet<Rule> = new Set(['structure']);

export function decide(findings: readonly Finding[], policy: ValidationPolicy = {}): Decision {
  const kept = findings.flatMap((finding): Finding[] => {
    const consequence = always.has(finding.rule) ? 'refuse' : (policy[finding.rule] ?? 'refuse');
    if (consequence === 'off') return [];
    const isError = finding.severity === 'error' || finding.severity === 'fatal';
    return [consequence === 'warn' && isError ? { ...finding, severity: 'warning' } : finding];
  });
  return { refused: kept.some(({ severity }) => severity === 'error' || severity === 'fatal'), findings: kept };
}
