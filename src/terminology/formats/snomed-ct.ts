// SNOMED CT, release format 2 (https://confluence.ihtsdotools.org/display/DOCRELFMT): the Snapshot files of concepts, descriptions and
// relationships, and the language reference set that says which description is preferred. Fields between tabs, a line of names first.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { Peeked, ReleaseFormat } from '../load/plan.ts';
import { NumberSet } from './number-set.ts';

const isA = '116680003';
const fullySpecified = '900000000000003001';
const preferred = '900000000000548007';
/** Value of definitionStatusId. */
const defined = '900000000000073002';
const system = 'http://snomed.info/sct';
/** Language reference sets in the order in which their preferred terms are taken: US English, GB English. */
const languages = ['900000000000509007', '900000000000508004'];

const conceptNames = 'id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId';
const descriptionNames = 'id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId';
const relationshipNames =
  'id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\tcharacteristicTypeId\tmodifierId';
const languageNames = 'id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\tacceptabilityId';

export const snomedCt: ReleaseFormat = {
  name: 'SNOMED CT (RF2)',
  published: 'SnomedCT_….zip with a Snapshot folder',
  recognise(files, version) {
    const snapshot = files.filter(({ file }) => !/(^|\/)(Full|Delta)\//.test(file.path) && !/(Full|Delta)[-_]/.test(file.base));
    const named = (names: string): Peeked[] =>
      snapshot.filter(({ begin }) => begin.startsWith(`${names}\n`) || begin.startsWith(`${names}\r`));
    const concepts = named(conceptNames);
    if (concepts.length === 0) return undefined;
    const descriptions = named(descriptionNames).filter(({ file }) => !/TextDefinition/.test(file.base));
    const relationships = named(relationshipNames).filter(({ file }) => !/StatedRelationship/.test(file.base));
    if (descriptions.length === 0 || relationships.length === 0)
      return fail('invalid', 'The SNOMED CT release lacks its descriptions or its relationships: load the zip as it was published');
    const release = version ?? editionOf(concepts[0]!);
    if (release === undefined)
      return fail(
        'invalid',
        `The file's name does not tell the date of the release: name the version with --release, such as ${system}/731000124108/version/20250301`,
      );
    const best = new Map<string, NumberSet>(languages.map((one) => [one, new NumberSet()]));
    return ok({
      system,
      version: release,
      about: {
        name: 'SNOMED_CT',
        title: 'SNOMED CT',
        caseSensitive: true,
        content: 'complete',
        hierarchyMeaning: 'is-a',
        valueSet: `${system}?fhir_vs`,
        properties: [
          { code: 'effectiveTime', type: 'string', description: 'Date of this version of the concept' },
          { code: 'moduleId', type: 'code', description: 'Module that the concept belongs to' },
          { code: 'sufficientlyDefined', type: 'boolean', description: 'Whether its definition tells it from all others' },
        ],
      },
      passes: [
        ...named(languageNames).map(({ file }) => linePass(file, () => languageReader(best), true)),
        ...concepts.map(({ file }) => linePass(file, conceptReader)),
        ...descriptions.map(({ file }) => linePass(file, () => descriptionReader(best))),
        ...relationships.map(({ file }) => linePass(file, relationshipReader)),
      ],
    });
  },
};

/** The edition's URI (http://hl7.org/fhir/R4/snomedct.html#4.3.1.0.2): the module of the newest file name's namespace, and its date. */
function editionOf({ file, begin }: Peeked): string | undefined {
  const date = /_(\d{8})(?:T\d+Z?)?\.txt$/i.exec(file.base)?.[1];
  if (date === undefined) return undefined;
  const us = /_US\d+_/.test(file.base);
  const module = us ? '731000124108' : /_INT_/.test(file.base) ? '900000000000207008' : begin.split('\n')[1]?.split('\t')[3];
  return module === undefined ? undefined : `${system}/${module}/version/${date}`;
}

const isId = (text: string): boolean => /^\d{6,18}$/.test(text);

/** Passes over the line of names; tells what is wrong with the number of fields. */
const reader =
  (count: number, read: (fields: string[]) => readonly Said[] | string): LineReader =>
  (line, number) => {
    if (number === 1) return [];
    const fields = line.split('\t');
    if (fields.length !== count) return `a line has ${count} fields between tabs, not ${fields.length}`;
    if (fields[2] !== '0' && fields[2] !== '1') return `active says 0 or 1, not ${quoted(fields[2] ?? '')}`;
    return read(fields);
  };

function languageReader(best: ReadonlyMap<string, NumberSet>): LineReader {
  return reader(7, ([, , active, , refset = '', description = '', acceptability]) => {
    if (active === '1' && acceptability === preferred && isId(description)) best.get(refset)?.add(description);
    return [];
  });
}

function conceptReader(): LineReader {
  return reader(5, ([code = '', time = '', active, module = '', status]) => {
    if (!isId(code)) return `id is a SNOMED CT identifier, not ${quoted(code)}`;
    return [
      { code, says: 'concept', ...(active === '1' ? {} : { inactive: true }) },
      { code, says: 'property', property: 'effectiveTime', value: time },
      { code, says: 'property', property: 'moduleId', value: module },
      { code, says: 'property', property: 'sufficientlyDefined', value: status === defined },
    ];
  });
}

function descriptionReader(best: ReadonlyMap<string, NumberSet>): LineReader {
  return reader(9, ([id = '', , active, , code = '', language = '', type = '', term = '']) => {
    if (!isId(code)) return `conceptId is a SNOMED CT identifier, not ${quoted(code)}`;
    if (active !== '1') return [];
    const full = type === fullySpecified;
    const order = languages.findIndex((one) => best.get(one)!.has(id));
    const rank = (order < 0 ? languages.length : order) * 2 + (full ? 7 : 0);
    const use = full ? { system: system, code: fullySpecified, display: 'Fully specified name' } : undefined;
    return [{ code, says: 'display', rank, designation: { language, value: term, ...(use === undefined ? {} : { use }) } }];
  });
}

/** Other relationships define a concept; what is asked of them is a matter of its expression language, not of properties. */
function relationshipReader(): LineReader {
  return reader(10, ([, , active, , code = '', target = '', , type]) => {
    if (active !== '1' || type !== isA) return [];
    return isId(code) && isId(target)
      ? [{ code, says: 'parent', parent: target }]
      : `sourceId and destinationId are SNOMED CT identifiers, not ${quoted(`${code}, ${target}`)}`;
  });
}
