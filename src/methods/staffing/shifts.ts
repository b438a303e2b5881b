// Nurses by ratio, shift by shift, and what is missing. Ratios are the site's own (California's law has 1 to 5 on medical wards, 1 to 2 in intensive
// care: Title 22 CCR § 70217); a part of a nurse is a whole one.

export interface ShiftNeed {
  shift: string;
  /** Patients expected, at the shift's fullest. */
  patients: number;
  patientsPerNurse: number;
  rostered: number;
}

export interface ShiftGap extends ShiftNeed {
  needed: number;
  /** Above 0: so many are missing; below: so many are to spare. */
  gap: number;
}

export const shiftGaps = (needs: readonly ShiftNeed[]): ShiftGap[] =>
  needs.map((need) => {
    // A hair is taken off, so that 10 ÷ 5 by way of fractions is 2 and not 3.
    const needed = Math.ceil(need.patients / need.patientsPerNurse - 1e-9);
    return { ...need, needed, gap: needed - need.rostered };
  });
