// Trigger code templates of the initial case report (eICR R2 STU 3.1, chapter 3): a diagnosis or a result that is the reason for it says
// so by a template of its own, and of which list its code is.
import type { Condition, Observation } from '../../../fhir/generated/types.ts';
import type { Chart } from './contract.ts';
import { type Content, type Node, x } from './xml.ts';

/** Problem Observation (V3) and Result Observation (V2), and where the code stands that was found. */
const templates = {
  Condition: ['2.16.840.1.113883.10.20.15.2.3.3', '2021-01-01', 'value'],
  Observation: ['2.16.840.1.113883.10.20.15.2.3.2', '2019-04-01', 'code'],
} as const;

export const triggerTemplates: readonly string[] = Object.values(templates).map(([root]) => root);

const isNode = (one: Content): one is Node => typeof one === 'object';
const namedIn = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((one): one is Node => isNode(one) && one.name === name) ?? [];

/** The entry as it stands where it is no reason for a report, or none of its codes is. */
export function triggered(one: Condition | Observation, entry: Node, { wish: { caseReport } }: Chart): Node {
  if (caseReport === undefined || !caseReport.triggers.includes(`${one.resourceType}/${one.id ?? ''}`)) return entry;
  const [root, extension, holder] = templates[one.resourceType];
  const [coded] = namedIn(entry, holder);
  const found = [...(coded === undefined ? [] : [coded]), ...namedIn(coded, 'translation')].find(({ attributes: { code } }) =>
    code === undefined ? false : caseReport.isTrigger(code),
  );
  if (found === undefined) return entry;
  const { oid, version } = caseReport.valueSet;
  Object.assign(found.attributes, { 'sdtc:valueSet': oid, 'sdtc:valueSetVersion': version });
  entry.attributes['negationInd'] ??= 'false';
  const last = entry.children.findLastIndex((child) => isNode(child) && child.name === 'templateId');
  entry.children.splice(last + 1, 0, x('templateId', { root, extension }));
  return entry;
}
