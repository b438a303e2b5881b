// A wristband that was scanned before its chart was open goes along into it, for a moment and only into that one.
const seconds = 30;
let carried: { patient: string; raw: string; atMs: number } | undefined;

export function carry(patient: string, raw: string): void {
  carried = { patient, raw, atMs: Date.now() };
}

export function takeCarried(patient: string): string[] {
  const found = carried;
  if (found?.patient !== patient) return [];
  carried = undefined;
  return Date.now() - found.atMs < seconds * 1000 ? [found.raw] : [];
}
