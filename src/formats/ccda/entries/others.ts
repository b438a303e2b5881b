// The templates of the other section kinds, and those acts that only hold statements together.
import type { Conversion } from '../mapping/conversion.ts';
import { type Draft, oneWay } from '../mapping/draft.ts';
import { follow } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { careTeams } from './care-team.ts';
import { concern, concernState } from './concern.ts';
import { coverages } from './coverage.ts';
import { devices } from './devices.ts';
import { encounters } from './encounters.ts';
import { familyHistory } from './family-history.ts';
import { goals } from './goals.ts';
import { immunizations } from './immunizations.ts';
import { notes } from './notes.ts';
import { procedures } from './procedures.ts';
import { inside } from './resource.ts';

const own = '2.16.840.1.113883.10.20.22.4.';

/** The code that every Health Concern Act has: what it is about is said by its parts. */
const healthConcern = '75310-3';

/** A condition inside of it is one of the health concerns (US Core Condition Category), in the state of the concern. */
function ofConcern(statement: Element, draft: Draft, cx: Conversion): void {
  const category = draft.at('category[]').at('coding[0]');
  category.at('system').set('http://hl7.org/fhir/us/core/CodeSystem/condition-category');
  category.at('code').say(leafOf(childOf(statement, 'code'), 'code'), 'health-concern', oneWay);
  const over = draft.at('abatementDateTime').value !== undefined;
  if (!over && draft.at('clinicalStatus').value === undefined) follow([concernState], statement, draft.at(''), cx);
}

/** A concern of a kind of its own (a risk) is a Condition, and its parts are the evidence. */
const concerns: Template = {
  name: 'Health Concern Act, Risk Concern Act',
  roots: [`${own}132`, `${own}136`],
  sections: [healthConcern],
  elements: ['act'],
  convert(statement, cx) {
    const code = cx.value(childOf(statement, 'code'), 'code');
    if (code !== undefined && code !== healthConcern && code !== 'CONC') return [concern(statement, cx)];
    const drafts = inside(statement, cx);
    for (const draft of drafts) if (draft.type === 'Condition' && code === healthConcern) ofConcern(statement, draft, cx);
    return drafts;
  },
};

/** Entry Reference: another entry of the document, by its id. */
const reference: Template = {
  name: 'Entry Reference',
  roots: [`${own}122`],
  convert(statement: Element, cx: Conversion): Draft[] {
    const key = cx.idOf(statement);
    const outer = statement.parent?.parent;
    if (key === undefined || outer === undefined || childOf(statement, 'id') === undefined) return [];
    cx.referenced.push({ from: outer, to: key, statement });
    return [];
  },
};

export const others: Template[] = [
  ...procedures,
  ...immunizations,
  ...encounters,
  ...goals,
  ...familyHistory,
  ...careTeams,
  ...coverages,
  ...devices,
  ...notes,
  concerns,
  reference,
];
