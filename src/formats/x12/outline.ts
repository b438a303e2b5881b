// Outlines of transaction sets, written as indented text: which loops there are inside which, by which segment each begins, what is
// in it and how often. One line a loop:
//
//   2010AA! NM1:85 | N3! N4! REF PER.2     the loop, `!` required; the segment that opens it and the qualifiers that it may have
//    2310A.2 NM1:DN,P3 | PRV REF.3         one space deeper: inside the loop above; `.2` at most twice, `.*` any number
//   @claim                                 the loops of the block `claim`, here
//
// The qualifier is element 01, for HL element 03; `NM1/2` looks at element 02. The facts are those of the ASC X12N implementation
// guides that `outlines/` names; the loops bear the guides' identifiers, since that is how people speak of them.

export interface SegmentRule {
  tag: string;
  required: boolean;
  max: number;
}

export interface LoopRule {
  id: string;
  required: boolean;
  max: number;
  tag: string;
  /** Element number of the qualifier, and the values it may have; none: any. */
  qualifier: number;
  values: ReadonlySet<string>;
  segments: SegmentRule[];
  loops: LoopRule[];
}

const countOf = (text: string | undefined): number => (text === undefined ? 1 : text === '*' ? Number.POSITIVE_INFINITY : Number(text));

/** The first line names the segments of the transaction that stand in no loop. */
export function outline(text: string, blocks: Record<string, string> = {}): LoopRule {
  const [first = '', ...lines] = text.trim().split('\n');
  const root: LoopRule = { ...loopOf(`${first.trim() || '-'}`), id: '' };
  const open: { depth: number; rule: LoopRule }[] = [{ depth: -1, rule: root }];
  for (const line of lines.flatMap((one) => expand(one, blocks))) {
    const depth = line.length - line.trimStart().length;
    while (open.length > 1 && open.at(-1)!.depth >= depth) open.pop();
    const rule = loopOf(line.trim());
    open.at(-1)!.rule.loops.push(rule);
    open.push({ depth, rule });
  }
  return root;
}

function expand(line: string, blocks: Record<string, string>): string[] {
  const name = /^( *)@(\w+)$/.exec(line);
  if (name === null) return line.trim() === '' ? [] : [line];
  return (blocks[name[2]!] ?? '')
    .split('\n')
    .filter((one) => one.trim() !== '')
    .flatMap((one) => expand(name[1] + one, blocks));
}

const segmentForm = /^(\w+)(!)?(?:\.(\d+|\*))?$/;
const headForm = /^(\S+?)(!)?(?:\.(\d+|\*))? +([A-Z0-9]+)(?:\/(\d+))?(?::(\S+))?$/;

function loopOf(line: string): LoopRule {
  const [head = '', rest = ''] = line.split('|').map((one) => one.trim());
  const segments = rest.split(' ').flatMap((one) => {
    const match = segmentForm.exec(one);
    return match === null ? [] : [{ tag: match[1]!, required: match[2] !== undefined, max: countOf(match[3]) }];
  });
  const match = headForm.exec(head);
  if (match === null) return { id: head, required: false, max: 1, tag: '', qualifier: 1, values: new Set(), segments, loops: [] };
  const tag = match[4]!;
  return {
    id: match[1]!,
    required: match[2] !== undefined,
    max: countOf(match[3]),
    tag,
    qualifier: match[5] === undefined ? (tag === 'HL' ? 3 : 1) : Number(match[5]),
    values: new Set(match[6]?.split(',')),
    segments,
    loops: [],
  };
}
