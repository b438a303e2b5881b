// Body measures that doses are multiplied by.

/** Surface in m2. Mosteller RD. N Engl J Med 1987;317:1098. */
export const bodySurfaceM2 = (weightKg: number, heightCm: number): number => Math.sqrt((weightKg * heightCm) / 3600);

/** Ideal weight in kg. Devine BJ. Drug Intell Clin Pharm 1974;8:650-5. Adults; below 152.4 cm (5 feet) the formula is carried on. */
export const idealWeightKg = (heightCm: number, sex: 'female' | 'male'): number =>
  (sex === 'female' ? 45.5 : 50) + 2.3 * (heightCm / 2.54 - 60);
