// Changing one element changes its leaves and no other.
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../fhir/decimal.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { asResource } from '../../fhir/structure/validate.ts';
import type { Translation, TranslationContext } from '../contract.ts';
import { x12 } from './format.ts';
import { leavesOf } from './leaves.ts';
import { getAt, isNode, type Node } from './node.ts';
import { professionalClaim, samples } from './samples.ts';

const context: TranslationContext = { sender: 'elm', receivedAt: new Date('2026-03-02T15:00:00Z'), timeZone: 'America/New_York' };
const translate = (text: string): Translation => x12.toFhir(x12.read(Buffer.from(text)), context);

/** Another value of the same kind. */
function other(value: Json): Json | undefined {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (value instanceof Decimal) return new Decimal(value.text.replace(/\d$/, (digit) => (digit === '7' ? '8' : '7')));
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) return value.replace(/^\d{4}/, '2019');
  return `${value}Q`;
}

function changed(resources: readonly Resource[], element: string, to: (value: Json) => Json | undefined): Resource[] | undefined {
  const [ref = '', path = ''] = element.split('#');
  let done = false;
  const all = resources.map((resource) => {
    const node: unknown = structuredClone(resource);
    if (`${resource.resourceType}/${resource.id}` !== ref || !isNode(node)) return resource;
    const cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    const holder = getAt(revived(node, resource), path.slice(0, Math.max(0, cut)));
    const name = path.slice(cut + (path[cut] === '[' ? 1 : path[cut] === '.' ? 1 : 0)).replace(']', '');
    const value = isNode(holder) ? holder[name] : Array.isArray(holder) ? holder[Number(name)] : undefined;
    const next = value === undefined ? undefined : to(value);
    if (next === undefined) return resource;
    if (isNode(holder)) holder[name] = next;
    else if (Array.isArray(holder)) holder[Number(name)] = next;
    done = true;
    const checked = asResource(node);
    if (!checked.ok) done = false;
    return checked.ok ? checked.value : resource;
  });
  return done ? all : undefined;
}

/** structuredClone makes plain objects of decimals; this puts them back. */
function revived(node: Node, from: Resource): Node {
  const original: unknown = from;
  const walk = (copy: Json, source: unknown): Json => {
    if (source instanceof Decimal) return new Decimal(source.text);
    if (Array.isArray(copy) && Array.isArray(source)) return copy.map((one, index) => walk(one, source[index]));
    if (isNode(copy) && isNode(source)) for (const name of Object.keys(copy)) copy[name] = walk(copy[name]!, source[name]);
    return copy;
  };
  walk(node, original);
  return node;
}

/** Leaves in their order: what a qualifier says may change the name of a leaf, never its place. */
const rowsOf = (bytes: Uint8Array): { path: string; text: string }[] =>
  leavesOf(x12.read(bytes)).leaves.map(({ path, text }) => ({ path, text }));

describe.each(samples)('$name', ({ text }) => {
  it('changes only the leaves that say the element that changed', () => {
    const said = translate(text);
    const resources = said.resources.map(({ resource }) => resource);
    const before = rowsOf(Buffer.from(text));
    let tried = 0;
    for (const element of new Set(said.ledger.flatMap((row) => (row.state === 'mapped' ? row.elements : [])))) {
      const now = changed(resources, element, other);
      if (now === undefined) continue;
      const restored = x12.restore(now, said.ledger, context);
      if (!restored.ok) {
        expect(restored.problem.where?.startsWith(element.split('#')[0]!), element).toBe(true);
        continue;
      }
      tried++;
      const stem = element.replace(/\.\w+$/, '');
      const own = new Set(
        said.ledger.flatMap((row) =>
          row.state === 'mapped' && row.elements.some((one) => one === element || one.startsWith(stem)) ? [row.path] : [],
        ),
      );
      const after = rowsOf(x12.write(restored.value));
      expect(after.length, element).toBe(before.length);
      const strays = before.filter(({ path, text: was }, index) => after[index]!.text !== was && !own.has(path));
      expect(strays, element).toEqual([]);
    }
    expect(tried).toBeGreaterThan(10);
  });
});

describe('a value that X12 cannot hold', () => {
  const said = translate(professionalClaim);
  const resources = said.resources.map(({ resource }) => resource);
  const family = said.ledger.flatMap((row) => (row.path === '2010BA/NM1-03' && row.state === 'mapped' ? row.elements : []))[0]!;

  it.each(['ASH*BY', 'ASH~BY', 'ASH:BY', 'ASH^BY', 'ASH\nBY'])('is refused with its element: %j', (value) => {
    const now = changed(resources, family, () => value)!;
    expect(x12.restore(now, said.ledger, context)).toMatchObject({ ok: false, problem: { kind: 'unsupported', where: family } });
  });

  it('may be anything else, such as 😀', () => {
    const restored = x12.restore(changed(resources, family, () => '😀')!, said.ledger, context);
    if (!restored.ok) throw new Error(restored.problem.message);
    expect(Buffer.from(x12.write(restored.value)).toString()).toBe(professionalClaim.replace('NM1*IL*1*ASHBY', 'NM1*IL*1*😀'));
  });
});

describe('the ledger', () => {
  it('must be whole and in its order', () => {
    const said = translate(professionalClaim);
    const resources = said.resources.map(({ resource }) => resource);
    expect(x12.restore(resources, said.ledger.slice(0, -1), context).ok).toBe(false);
    const [form, first, second, ...rest] = said.ledger;
    expect(x12.restore(resources, [form!, second!, first!, ...rest], context).ok).toBe(false);
  });

  it('finds elements where the record has put them', () => {
    const said = translate(professionalClaim);
    const patient = said.resources.find(({ resource }) => resource.resourceType === 'Patient')!.resource;
    const own = `Patient/${patient.id}#`;
    const moved = said.ledger.map((row) =>
      row.state === 'mapped' ? { ...row, elements: row.elements.map((one) => one.replace(own, 'Patient/known#')) } : row,
    );
    const resources = said.resources.map(({ resource }) =>
      resource === patient ? { ...patient, id: 'known', gender: 'male' as const } : resource,
    );
    const restored = x12.restore(resources as Resource[], moved, context);
    if (!restored.ok) throw new Error(restored.problem.message);
    expect(Buffer.from(x12.write(restored.value)).toString()).toBe(professionalClaim.replace('19810704*F', '19810704*M'));
  });
});
