// Allergies and intolerances (C-CDA R2.1, 2.4 and 3.5–3.6; https://build.fhir.org/ig/HL7/ccda-on-fhir/CF-allergies.html).

import { coded, codedConcept, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { absent } from '../datatypes/null-flavor.ts';
import { narrated, plain } from '../datatypes/text.ts';
import { moment, when } from '../datatypes/time.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import { type Draft, oneWay } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import { follow, ifFree, type Row, rowsOf } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { authored, clinicalStates, note, people } from './parts.ts';
import { inside, make } from './resource.ts';

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

/** Codes of the value set Allergy and Intolerance Type, which the template requires, as type and category of R4. */
const kinds: Record<string, { type?: string; category?: string; none?: string }> = {
  '419199007': { type: 'allergy', none: '716186003' },
  '416098002': { type: 'allergy', category: 'medication', none: '409137002' },
  '414285001': { type: 'allergy', category: 'food', none: '429625007' },
  '426232007': { type: 'allergy', category: 'environment', none: '428607008' },
  '232347008': { type: 'allergy', category: 'environment' },
  '59037007': { type: 'intolerance', category: 'medication' },
  '235719002': { type: 'intolerance', category: 'food' },
  '420134006': { none: '716186003' },
  '418038007': {},
  '419511003': { category: 'medication' },
  '418471000': { category: 'food' },
};

const kind: Converter = (from, at, cx) => {
  const leaf = leafOf(from, 'code');
  const known = lookUp(kinds, cx.value(from, 'code'));
  if (known?.type !== undefined) at.at('type').say(leaf, known.type, oneWay);
  if (known?.category !== undefined) at.at('category[]').say(leaf, known.category, oneWay);
  if (known === undefined || (known.type === undefined && known.category === undefined)) return;
  for (const name of ['codeSystem', 'codeSystemName', 'displayName']) {
    const beside = leafOf(from, name);
    if (beside !== undefined) cx.structural.add(beside);
  }
};

/** Severity codes that the template fixes. */
const severity = coded({
  '255604002': 'mild',
  '6736007': 'moderate',
  '24484000': 'severe',
  '371923003': 'moderate',
  '371924009': 'severe',
  '399166001': 'severe',
});

const severityRows: Row[] = [['value', 'severity', severity]];

const reaction: Converter = (from, at, cx) => {
  const rows: Row[] = [
    ['value', 'manifestation[]', concept],
    ['effectiveTime', 'onset', moment],
    ['text', 'description', narrated],
    ['entryRelationship/observation[t:22.4.8]|entryRelationship/observation[c:SEV]', '', rowsOf(severityRows)],
  ];
  follow(rows, from, at, cx);
  // What no code is for is called what the statement calls it.
  const [first] = (at.at('manifestation').value as { text?: unknown; coding?: { system?: unknown }[] }[] | undefined) ?? [];
  const uncoded = first?.coding?.every(({ system }) => system === 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor') ?? true;
  const words = at.at('description').value;
  if (uncoded && first?.text === undefined && typeof words === 'string') at.at('manifestation[0].text').set(words);
};

const agent: Converter = (from, at, cx) => {
  const code = childOf(from, 'code');
  if (code !== undefined) concept(code, at, cx);
  const name = childOf(from, 'name');
  if (name !== undefined && at.at('text').value === undefined) plain(name, at.at('text'), cx);
};

const rows: Row[] = [
  ['value', '', kind],
  ['participant[@typeCode=CSM]/participantRole/playingEntity|participant/participantRole/playingEntity', 'code', agent],
  ['effectiveTime', 'onsetDateTime', ifFree(moment)],
  [
    'entryRelationship/observation[t:22.4.145]/value|entryRelationship/observation[c:82606-5]/value',
    'criticality',
    coded({ CRITL: 'low', CRITH: 'high', CRITU: 'unable-to-assess' }),
  ],
  [
    'entryRelationship/observation[t:22.4.28]/value|entryRelationship/observation[c:33999-4]/value',
    'clinicalStatus',
    codedConcept(clinicalSystem, clinicalStates),
  ],
  ['entryRelationship/observation[t:22.4.9]|entryRelationship[@typeCode=MFST]/observation', 'reaction[]', reaction],
  ['text', '', note],
  ['author', '', authored('recorder', 'recordedDate', people)],
];

/** A concern that is over says that nobody looks after it any more, not that the allergy is gone. */
const stateOfConcern: Record<string, string> = { active: 'active', completed: 'inactive', suspended: 'inactive', aborted: 'inactive' };

function allergy(statement: Element, cx: Conversion, concern?: Element): Draft {
  return make(
    {
      type: 'AllergyIntolerance',
      rows,
      patient: 'patient',
      after: (draft, from) => {
        if (concern !== undefined) ofConcern(draft, concern, cx);
        negated(draft, from, cx);
        // A severity of the allergy itself (R1.1) is that of its only reaction, or of one that nobody says more of.
        const own = draft.at('reaction').value;
        if (own === undefined || (Array.isArray(own) && own.length === 1 && draft.at('reaction[0].severity').value === undefined))
          follow(
            [['entryRelationship/observation[t:22.4.8]|entryRelationship/observation[c:SEV]', 'reaction[0]', rowsOf(severityRows)]],
            from,
            draft.at(''),
            cx,
          );
        if (draft.at('reaction[0]').value !== undefined) draft.at('reaction[0].manifestation').setIfFree([{ text: 'unknown' }]);
        // ait-1: a state, or that none is said.
        draft.at('clinicalStatus').setIfFree(absent());
      },
    },
    statement,
    cx,
  );
}

const concernRows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['statusCode', 'clinicalStatus', ifFree(codedConcept(clinicalSystem, stateOfConcern))],
  ['author', '', authored('recorder', 'recordedDate', people)],
  // When it was first documented as a concern.
  ['effectiveTime/low', 'recordedDate', ifFree(when)],
];

function ofConcern(draft: Draft, concern: Element, cx: Conversion): void {
  follow(concernRows, concern, draft.at(''), cx);
}

/** Said not to be: no allergy of a kind where no substance is named, a refuted one where it is. */
function negated(draft: Draft, from: Element, cx: Conversion): void {
  if (cx.value(from, 'negationInd') !== 'true') return;
  const leaf = leafOf(from, 'negationInd');
  const codings = draft.at('code.coding').value;
  const named = draft.at('code.text').value !== undefined || (Array.isArray(codings) && !JSON.stringify(codings).includes('v3-NullFlavor'));
  const none = lookUp(kinds, cx.value(childOf(from, 'value'), 'code'))?.none;
  if (!named && none !== undefined) {
    const coding = draft.at('code.coding[]');
    coding.at('system').set('http://snomed.info/sct');
    coding.at('code').say(leaf, none, oneWay);
    return;
  }
  const status = draft.at('verificationStatus.coding[0]');
  status.at('system').set(verificationSystem);
  status.at('code').say(leaf, 'refuted', (now) => (now === 'refuted' ? 'true' : 'false'));
}

const allergyRoots = ['2.16.840.1.113883.10.20.22.4.7', '2.16.840.1.113883.10.20.1.18', '2.16.840.1.113883.10.20.24.3.90'];

/** By its template; one that names none by the substance that takes part. */
function isAllergy(observation: Element, cx: Conversion): boolean {
  const roots = cx.templates(observation);
  return roots.length === 0 ? childOf(observation, 'participant') !== undefined : roots.some((root) => allergyRoots.includes(root));
}

export const allergies: Template[] = [
  {
    name: 'Allergy Concern Act',
    roots: ['2.16.840.1.113883.10.20.22.4.30', '2.16.840.1.113883.10.20.1.27.1'],
    sections: ['48765-2'],
    elements: ['act'],
    convert(statement, cx) {
      const drafts: Draft[] = [];
      for (const relation of statement.children) {
        if (!('attributes' in relation) || relation.name !== 'entryRelationship') continue;
        const observation = childOf(relation, 'observation');
        if (observation === undefined || cx.claimed.has(observation) || !isAllergy(observation, cx)) continue;
        cx.claimed.add(observation);
        const draft = allergy(observation, cx, statement);
        drafts.push(draft);
        cx.becomes(observation, draft);
        cx.leftovers(observation, draft);
      }
      return drafts.length > 0 ? drafts : inside(statement, cx);
    },
  },
  {
    name: 'Allergy - Intolerance Observation',
    roots: allergyRoots,
    sections: ['48765-2'],
    elements: ['observation'],
    convert: (statement, cx) => [allergy(statement, cx)],
  },
];
