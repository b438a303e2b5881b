// Where a leaf stands, as interface engineers write it: `PID-3[2].4.1` is segment, field, repetition, component, subcomponent.

export interface LeafPlace {
  segment: string;
  /** Counted from 1, as all that follow. */
  occurrence: number;
  field: number;
  repetition: number;
  component: number;
  subcomponent: number;
  /** MSH-2 and its like are never divided: they are the delimiters. */
  whole: boolean;
}

const form = /^([A-Z][A-Z0-9]{2})(?:\[(\d{1,6})\])?-(\d{1,4})(?:\[(\d{1,6})\])?(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?$/;
const known = new Map<string, LeafPlace>();

/** Throws where it is no place: paths are written by programmers, mapping rows are checked at start. */
export function readPlace(path: string): LeafPlace {
  const before = known.get(path);
  if (before !== undefined) return before;
  const found = form.exec(path);
  if (found === null) throw new TypeError(`"${path}" is no place in a message; write it as PID-3, OBX[2]-5 or PID-3[2].4.1`);
  const number = (text: string | undefined): number => Math.max(1, Number(text ?? 1));
  const place: LeafPlace = {
    segment: found[1] ?? '',
    occurrence: number(found[2]),
    field: number(found[3]),
    repetition: number(found[4]),
    component: number(found[5]),
    subcomponent: number(found[6]),
    whole: ['MSH', 'FHS', 'BHS'].includes(found[1] ?? '') && number(found[3]) <= 2,
  };
  if (known.size < 10_000) known.set(path, place);
  return place;
}
