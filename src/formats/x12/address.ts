// Where a row finds its leaf in a segment: `03`, `05.2`, and counted from the start of a part `+0`, `+0.2`.
export interface Address {
  element: number;
  component: number;
  relative: boolean;
}

const known = new Map<string, Address>();

export function addressOf(at: string): Address {
  let address = known.get(at);
  if (address === undefined) {
    const relative = at.startsWith('+');
    const [element = '', component = '1'] = (relative ? at.slice(1) : at).split('.');
    address = { element: Number(element), component: Number(component), relative };
    known.set(at, address);
  }
  return address;
}

/** `claim:item[+].net` as role, list and rest; without a role that of the spec, without a list only the rest. */
export interface Target {
  role: string | undefined;
  list: string | undefined;
  /** Tells items of one list apart, where a segment has several: `supportingInfo[+cause].code`. */
  label: string;
  path: string;
}

const targets = new Map<string, Target>();

export function targetOf(to: string): Target {
  let target = targets.get(to);
  if (target === undefined) {
    const match = /^(?:(\w+):)?(?:(.*?)\[\+(\w*)\]\.?)?(.*)$/.exec(to)!;
    target = { role: match[1], list: match[2], label: match[3] ?? '', path: match[4] ?? '' };
    targets.set(to, target);
  }
  return target;
}
