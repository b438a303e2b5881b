// Variable life-adjusted display: expected minus observed deaths, added up patient by patient. It rises while more live than was expected. Lovegrove J, et al.
// Lancet 1997;350:1128-30. It has no limits of its own: a risk-adjusted CUSUM beside it says what is more than chance.

export interface Patient {
  /** 1 for the event (death), 0 without. */
  outcome: 0 | 1;
  /** Before treatment, 0 < risk < 1. */
  risk: number;
}

/** The sum after each patient, in events. */
export function vlad(patients: readonly Patient[]): number[] {
  let sum = 0;
  return patients.map(({ outcome, risk }) => {
    sum += risk - outcome;
    return sum;
  });
}
