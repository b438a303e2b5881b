// Resources with one fault each, for each kind of rule: what is wrong, the resource, where it must be found, and a word of the
// sentence that says how to put it right.
import { describe, expect, it } from 'vitest';
import { validateStructure } from './validate.ts';

type Members = Record<string, unknown>;
type Case = [what: string, resource: unknown, where: string, says: RegExp];

const xhtml = (inside: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`;
const patient = (members: Members): Members => ({ resourceType: 'Patient', ...members });
const observation = (members: Members): Members => ({ resourceType: 'Observation', status: 'final', code: { text: 'pulse' }, ...members });
const narrative = (div: unknown): Members => patient({ text: { status: 'generated', div } });
const extended = (extension: unknown): Members => patient({ extension: [extension] });
const valued = (name: string, value: unknown): Members => extended({ url: 'http://example.org/x', [name]: value });
const bundle = (entry: unknown): Members => ({ resourceType: 'Bundle', type: 'collection', entry });
const condition = (members: Members): Members => ({ resourceType: 'Condition', subject: { reference: 'Patient/1' }, ...members });
const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

/** A fault in the value of an extension, by type. */
const value = (what: string, type: string, given: unknown, says: RegExp): Case => [
  `${type}: ${what}`,
  valued(`value${type}`, given),
  `Patient.extension[0].value${type}`,
  says,
];
/** A fault in a narrative. */
const text = (what: string, div: unknown, says: RegExp): Case => [`narrative: ${what}`, narrative(div), 'Patient.text.div', says];

const roots: Case[] = [
  ['a string', 'Patient', 'Resource', /JSON object/],
  ['null', null, 'Resource', /JSON object/],
  ['an array', [], 'Resource', /JSON object/],
  ['no resourceType', { id: '1' }, 'Resource', /Add "resourceType"/],
  ['a resourceType that is none', { resourceType: 'Pateint' }, 'Resource', /is "Patient" meant/],
  ['an abstract type', { resourceType: 'DomainResource' }, 'Resource', /resource type of R4/],
  ['a type of R5', { resourceType: 'SubscriptionStatus' }, 'Resource', /resource type of R4/],
  ['a data type', { resourceType: 'Quantity' }, 'Resource', /resource type of R4/],
  ['an inherited name', { resourceType: 'constructor' }, 'Resource', /resource type of R4/],
];

const elements: Case[] = [
  ['an unknown element', patient({ gendre: 'male' }), 'Patient.gendre', /is "gender" meant/],
  ['an unknown element in a data type', patient({ name: [{ famly: 'X' }] }), 'Patient.name[0].famly', /is "family" meant/],
  ['an unknown element in a backbone element', patient({ contact: [{ nmae: {} }] }), 'Patient.contact[0].nmae', /is "name" meant/],
  ['an element in other letters', patient({ Active: true }), 'Patient.Active', /is "active" meant/],
  ['an element of R5', patient({ meta: { account: { reference: 'Organization/1' } } }), 'Patient.meta.account', /no element of this name/],
  ['resourceType in a data type', patient({ meta: { resourceType: 'Meta' } }), 'Patient.meta.resourceType', /no element/],
  ['an inherited name', patient({ toString: 'x' }), 'Patient.toString', /no element/],
  ['a choice without its type', observation({ value: 1 }), 'Observation.value', /no element/],
  ['a choice of a type that is not allowed', observation({ valueDecimal: 1 }), 'Observation.valueDecimal', /no element/],
  ['an underscore before an object', observation({ _code: { id: 'x' } }), 'Observation._code', /no element/],
  [
    'an underscore before the div',
    patient({ text: { status: 'empty', div: xhtml('x'), _div: { id: 'x' } } }),
    'Patient.text._div',
    /no element/,
  ],
  ['extensions of an id', patient({ id: 'x', _id: { id: 'y' } }), 'Patient._id', /no element/],
  ['comments of older FHIR', patient({ fhir_comments: ['x'] }), 'Patient.fhir_comments', /no element/],
  [
    'a comparator in a SimpleQuantity',
    observation({ referenceRange: [{ low: { value: 1, comparator: '<' } }] }),
    'Observation.referenceRange[0].low.comparator',
    /not used here/,
  ],
  [
    'two choices',
    observation({ valueString: 'x', valueBoolean: true }),
    'Observation.valueBoolean',
    /Keep one of valueString, valueBoolean/,
  ],
  [
    'two choices, one only with extensions',
    observation({ valueString: 'x', _valueBoolean: { extension: [{ url: 'x', valueCode: 'y' }] } }),
    'Observation.valueBoolean',
    /Keep one of/,
  ],
];

const cardinality: Case[] = [
  ['a missing element', { resourceType: 'Observation', status: 'final' }, 'Observation.code', /must have it/],
  [
    'a missing code says which codes',
    { resourceType: 'Observation', code: { text: 'x' } },
    'Observation.status',
    /registered, preliminary, final/,
  ],
  [
    'a missing element in a backbone element',
    observation({ component: [{ valueString: 'x' }] }),
    'Observation.component[0].code',
    /must have it/,
  ],
  [
    'a missing choice',
    { resourceType: 'MedicationAdministration', status: 'completed', subject: { reference: 'Patient/1' }, effectiveDateTime: '2026' },
    'MedicationAdministration.medication[x]',
    /must have it/,
  ],
  ['a missing element in a data type', patient({ text: { status: 'empty' } }), 'Patient.text.div', /must have it/],
  ['a missing array', { resourceType: 'CareTeam', participant: [{ role: [] }] }, 'CareTeam.participant[0].role', /empty array/],
  ['an array where one value may be', patient({ gender: ['male'] }), 'Patient.gender', /does not repeat/],
  ['an array where one object may be', observation({ subject: [{ reference: 'Patient/1' }] }), 'Observation.subject', /does not repeat/],
  ['one object where an array must be', patient({ name: { family: 'X' } }), 'Patient.name', /into an array/],
  ['one value where an array must be', patient({ name: [{ given: 'X' }] }), 'Patient.name[0].given', /into an array/],
  ['an array in an array', patient({ name: [[{ family: 'X' }]] }), 'Patient.name[0]', /JSON object/],
  ['an empty array', patient({ name: [] }), 'Patient.name', /empty array/],
  ['an empty object', patient({ maritalStatus: {} }), 'Patient.maritalStatus', /empty object/],
  ['an empty object in an array', patient({ name: [{}] }), 'Patient.name[0]', /empty object/],
  ['only an id', patient({ maritalStatus: { id: 'm' } }), 'Patient.maritalStatus', /empty object/],
  ['null', patient({ birthDate: null }), 'Patient.birthDate', /rather than give null/],
  ['null for an object', patient({ maritalStatus: null }), 'Patient.maritalStatus', /rather than give null/],
  ['null in an array of objects', patient({ name: [null] }), 'Patient.name[0]', /rather than give null/],
  ['text for an object', observation({ subject: 'Patient/1' }), 'Observation.subject', /JSON object of type Reference/],
  ['a number for an object', observation({ valueQuantity: 5 }), 'Observation.valueQuantity', /JSON object of type Quantity/],
  ['an object for a value', patient({ gender: { code: 'male' } }), 'Patient.gender', /string/],
];

const primitives: Case[] = [
  value('text', 'Boolean', 'true', /without quotes/),
  value('a number', 'Boolean', 1, /true or false/),
  value('text', 'Integer', '1', /without quotes/),
  value('a fraction', 'Integer', 1.5, /whole number/),
  value('too large', 'Integer', 2147483648, /32 bits/),
  value('too small', 'Integer', -2147483649, /32 bits/),
  value('zero', 'PositiveInt', 0, /from 1/),
  value('below zero', 'UnsignedInt', -1, /from 0/),
  value('too large', 'UnsignedInt', 2147483648, /2147483647/),
  value('text', 'Decimal', '1.0', /without quotes/),
  value('not a number', 'Decimal', Number.NaN, /JSON number/),
  value('a number', 'String', 5, /double quotes/),
  value('empty', 'String', '', /empty string/),
  value('blank', 'String', ' \n\t ', /only blanks/),
  value('a control character', 'String', 'a\u0007b', /control characters/),
  value('too long', 'String', 'a'.repeat(1_048_577), /at most 1048576/),
  value('blank', 'Markdown', ' ', /only blanks/),
  value('a blank in front', 'Code', ' a', /blanks/),
  value('two blanks', 'Code', 'a  b', /blanks/),
  value('a line break at the end', 'Code', 'a\n', /blanks/),
  value('a blank', 'Uri', 'http://example.org/a b', /blanks/),
  value('empty', 'Uri', '', /empty string/),
  value('a blank', 'Url', ' http://example.org', /blanks/),
  value('a blank', 'Canonical', 'http://example.org |1', /blanks/),
  value('no urn', 'Oid', '1.2.3', /urn:oid/),
  value('a leading zero', 'Oid', 'urn:oid:1.02', /urn:oid/),
  value('no urn', 'Uuid', '53fefa32-fcbb-4ff8-8a92-55ee120877b7', /urn:uuid/),
  value('capitals', 'Uuid', 'urn:uuid:53FEFA32-FCBB-4FF8-8A92-55EE120877B7', /lower-case/),
  value('an underscore', 'Id', 'a_b', /1 to 64/),
  value('too long', 'Id', 'a'.repeat(65), /1 to 64/),
  value('in American order', 'Date', '12/31/2026', /YYYY-MM-DD/),
  value('a month 13', 'Date', '2026-13', /YYYY-MM-DD/),
  value('a day 0', 'Date', '2026-01-00', /YYYY-MM-DD/),
  value('February 30', 'Date', '2026-02-30', /no such day/),
  value('February 29 in a common year', 'Date', '2100-02-29', /no such day/),
  value('April 31', 'Date', '2026-04-31', /no such day/),
  value('year 0', 'Date', '0000-01-01', /YYYY/),
  value('a time', 'Date', '2026-01-01T00:00:00Z', /YYYY-MM-DD/),
  value('no zone', 'DateTime', '2026-01-01T10:00:00', /offset/),
  value('no seconds', 'DateTime', '2026-01-01T10:00Z', /ss/),
  value('hour 24', 'DateTime', '2026-01-01T24:00:00Z', /hh/),
  value('an offset of 15 hours', 'DateTime', '2026-01-01T10:00:00+15:00', /offset/),
  value('a blank for T', 'DateTime', '2026-01-01 10:00:00Z', /T/),
  value('June 31', 'DateTime', '2026-06-31T10:00:00Z', /no such day/),
  value('only a date', 'Instant', '2026-01-01', /in full/),
  value('February 30', 'Instant', '2026-02-30T10:00:00Z', /no such day/),
  value('a zone', 'Time', '10:00:00Z', /without a time zone/),
  value('no seconds', 'Time', '10:00', /hh:mm:ss/),
  value('minute 60', 'Time', '10:60:00', /hh:mm:ss/),
  value('three characters', 'Base64Binary', 'AAA', /groups of four/),
  value('padding in the middle', 'Base64Binary', 'A=AA', /groups of four/),
  value('another alphabet', 'Base64Binary', 'A_-A', /groups of four/),
  value('a character whose low byte is one of base64', 'Base64Binary', 'AAA\u012b', /groups of four/),
  value('padding in the middle, blanks around', 'Base64Binary', ' A=AA\n', /groups of four/),
  value('a foreign character among blanks', 'Base64Binary', ' AA!A\n', /groups of four/),
  value('megabytes of it with blanks', 'Base64Binary', 'QUI= '.repeat(850_000), /without blanks/),
  value('blank', 'Base64Binary', '  ', /groups of four/),
  ['an id of a resource with a slash', patient({ id: 'a/b' }), 'Patient.id', /1 to 64/],
  ['an id of an element with a blank', patient({ name: [{ id: 'a b', family: 'X' }] }), 'Patient.name[0].id', /blanks/],
];

const note = { extension: [{ url: 'http://example.org/why', valueCode: 'unknown' }] };
const siblings: Case[] = [
  ['extensions without an object', patient({ _birthDate: 'x' }), 'Patient._birthDate', /JSON object/],
  ['extensions in an array where one value is', patient({ birthDate: '2026', _birthDate: [note] }), 'Patient._birthDate', /JSON object/],
  [
    'extensions without an array where values repeat',
    patient({ name: [{ given: ['A'], _given: note }] }),
    'Patient.name[0]._given',
    /into an array/,
  ],
  ['an empty object', patient({ _birthDate: {} }), 'Patient.birthDate', /empty object/],
  ['an id without a value', patient({ _birthDate: { id: 'x' } }), 'Patient.birthDate', /empty object/],
  ['an unknown member', patient({ _birthDate: { extensoin: [] } }), 'Patient.birthDate.extensoin', /is "extension" meant/],
  [
    'a wrong extension inside',
    patient({ birthDate: '2026', _birthDate: { extension: [{ url: 'x' }] } }),
    'Patient.birthDate.extension[0]',
    /value\[x\]/,
  ],
  ['lists of different length', patient({ name: [{ given: ['A', 'B'], _given: [note] }] }), 'Patient.name[0]._given', /equally long/],
  ['null without an extension', patient({ name: [{ given: ['A', null] }] }), 'Patient.name[0].given[1]', /Remove the null/],
  ['null on both sides', patient({ name: [{ given: ['A', null], _given: [note, null] }] }), 'Patient.name[0].given[1]', /Remove the null/],
  ['only nulls', patient({ name: [{ given: ['A'], _given: [null] }] }), 'Patient.name[0]._given', /only nulls/],
  ['nulls without values', patient({ name: [{ _given: [note, null] }] }), 'Patient.name[0]._given[1]', /Remove the null/],
  ['an empty list', patient({ name: [{ given: ['A'], _given: [] }] }), 'Patient.name[0]._given', /empty array/],
];

const bindings: Case[] = [
  ['a code outside', patient({ gender: 'femal' }), 'Patient.gender', /male, female, other, unknown.*is "female" meant/],
  ['a code in capitals', patient({ gender: 'Male' }), 'Patient.gender', /is "male" meant/],
  [
    'a code in an array',
    {
      resourceType: 'SearchParameter',
      url: 'http://x',
      name: 'x',
      status: 'draft',
      description: 'x',
      code: 'x',
      base: ['Patent'],
      type: 'token',
    },
    'SearchParameter.base[0]',
    /is "Patient" meant/,
  ],
  ['a code of a data type', patient({ identifier: [{ use: 'primary' }] }), 'Patient.identifier[0].use', /usual, official/],
  [
    'a concept outside',
    condition({ clinicalStatus: { coding: [{ system: clinical, code: 'alive' }] } }),
    'Condition.clinicalStatus',
    /active, recurrence/,
  ],
  [
    'a concept without system',
    condition({ clinicalStatus: { coding: [{ code: 'active' }] } }),
    'Condition.clinicalStatus',
    /with its system/,
  ],
  [
    'a concept of another system',
    condition({ clinicalStatus: { coding: [{ system: 'http://example.org', code: 'active' }] } }),
    'Condition.clinicalStatus',
    /with its system/,
  ],
  ['a concept of text only', condition({ clinicalStatus: { text: 'active' } }), 'Condition.clinicalStatus', /in a coding/],
  ['a language that is none', patient({ language: 'en_US' }), 'Patient.language', /BCP 47/],
  ['a media type without slash', { resourceType: 'Binary', contentType: 'pdf' }, 'Binary.contentType', /slash/],
  [
    'a currency that is none',
    { resourceType: 'Invoice', status: 'draft', totalNet: { value: 1, currency: 'Euro' } },
    'Invoice.totalNet.currency',
    /ISO 4217/,
  ],
];

const inner = (members: Members): Members => ({ resourceType: 'Organization', id: 'o', name: 'Ward', ...members });
const nesting: Case[] = [
  [
    'contained in contained',
    patient({ contained: [inner({ contained: [inner({ id: 'p' })] })] }),
    'Patient.contained[0].contained',
    /contains none/,
  ],
  ['contained without id', patient({ contained: [{ resourceType: 'Organization', name: 'Ward' }] }), 'Patient.contained[0]', /an id/],
  ['two contained with one id', patient({ contained: [inner({}), inner({ name: 'Other' })] }), 'Patient.contained[1]', /of its own/],
  ['a fault in a contained resource', patient({ contained: [inner({ active: 'yes' })] }), 'Patient.contained[0].active', /true or false/],
  ['a contained resource without type', patient({ contained: [{ id: 'x' }] }), 'Patient.contained[0]', /Add "resourceType"/],
  ['an extension without url', extended({ valueCode: 'x' }), 'Patient.extension[0].url', /must have it/],
  ['an extension without content', extended({ url: 'http://x' }), 'Patient.extension[0]', /value\[x\]/],
  [
    'an extension with both',
    extended({ url: 'http://x', valueCode: 'x', extension: [{ url: 'y', valueCode: 'y' }] }),
    'Patient.extension[0]',
    /either/,
  ],
  [
    'an extension with two values',
    extended({ url: 'http://x', valueCode: 'x', valueString: 'x' }),
    'Patient.extension[0].valueString',
    /Keep one/,
  ],
  [
    'a fault in an inner extension',
    extended({ url: 'http://x', extension: [{ url: 'y', valueInteger: 1.5 }] }),
    'Patient.extension[0].extension[0].valueInteger',
    /whole number/,
  ],
  [
    'a fault in an entry',
    bundle([{ resource: patient({}) }, { resource: patient({ gender: 1 }) }]),
    'Bundle.entry[1].resource.gender',
    /string/,
  ],
  ['an entry without content', bundle([{}]), 'Bundle.entry[0]', /empty object/],
  ['an entry that holds no resource', bundle([{ resource: {} }]), 'Bundle.entry[0].resource', /Add "resourceType"/],
  [
    'a fault in a parameter',
    { resourceType: 'Parameters', parameter: [{ name: 'x', resource: patient({ active: 1 }) }] },
    'Parameters.parameter[0].resource.active',
    /true or false/,
  ],
  [
    'a fault in a part that repeats its parent',
    { resourceType: 'Parameters', parameter: [{ name: 'x', part: [{ name: 'y', valueInteger: 'z' }] }] },
    'Parameters.parameter[0].part[0].valueInteger',
    /whole number/,
  ],
];

const references: Case[] = [
  ['a type that is none', observation({ subject: { reference: 'Pateint/1' } }), 'Observation.subject.reference', /Type\/id/],
  ['an id that is none', observation({ subject: { reference: 'Patient/a_b' } }), 'Observation.subject.reference', /1 to 64/],
  ['no type', observation({ subject: { reference: '123' } }), 'Observation.subject.reference', /Type\/id/],
  [
    'a type that is not allowed here',
    observation({ subject: { reference: 'Organization/1' } }),
    'Observation.subject.reference',
    /Patient, Group, Device, Location/,
  ],
  [
    'an absolute one that is not allowed here',
    observation({ subject: { reference: 'http://example.org/fhir/Organization/1' } }),
    'Observation.subject.reference',
    /Patient, Group/,
  ],
  [
    'a stated type that is not allowed here',
    observation({ subject: { type: 'Organization', display: 'x' } }),
    'Observation.subject.type',
    /Patient, Group/,
  ],
  [
    'a stated type that is none',
    observation({ subject: { type: 'Persona', display: 'x' } }),
    'Observation.subject.type',
    /name of a resource type/,
  ],
  [
    'a stated type that disagrees',
    observation({ subject: { type: 'Group', reference: 'Patient/1' } }),
    'Observation.subject.type',
    /points to a Patient/,
  ],
  ['a traversal', observation({ subject: { reference: '../Patient/1' } }), 'Observation.subject.reference', /Type\/id/],
];

const narratives: Case[] = [
  text('not text', 5, /double quotes/),
  text('no div', '<p xmlns="http://www.w3.org/1999/xhtml">x</p>', /inside one <div>/),
  text('no element', 'x', /inside one <div>/),
  text('two divs', xhtml('x') + xhtml('y'), /inside one <div>/),
  text('text after the div', `${xhtml('x')} y`, /inside one <div>/),
  text('no namespace', '<div>x</div>', /namespace/),
  text('another namespace', '<div xmlns="http://example.org">x</div>', /namespace/),
  text('no content', xhtml(' <p> </p>'), /txt-2/),
  text('a script', xhtml('<script>alert(1)</script>'), /<script>/),
  text('an iframe', xhtml('<iframe src="http://x"/>x'), /<iframe>/),
  text('a form', xhtml('<form>x</form>'), /<form>/),
  text('an svg', xhtml('<svg>x</svg>'), /<svg>/),
  text('an object', xhtml('<object data="x">x</object>'), /<object>/),
  text('a style element', xhtml('<style>p{}</style>x'), /<style>/),
  text('an element in capitals', xhtml('<P>x</P>'), /<P>/),
  text('a prefix', xhtml('<h:p>x</h:p>'), /<h:p>/),
  text('an event', xhtml('<p onclick="x()">x</p>'), /"onclick"/),
  text('an unknown attribute', xhtml('<p data-x="1">x</p>'), /"data-x"/),
  text('a script link', xhtml('<a href="javascript:alert(1)">x</a>'), /runs a script/),
  text('a script link in disguise', xhtml('<a href=" JaVa&#x0A;Script&#58;alert(1)">x</a>'), /runs a script/),
  text('a script as a picture', xhtml('<img src="javascript:x" alt="x"/>'), /runs a script/),
  text('a document in a link', xhtml('<a href="data:text/html;base64,AAAA">x</a>'), /its own data/),
  text('elements that are nested deeper than any reader follows', xhtml(`${'<b>'.repeat(250)}x${'</b>'.repeat(250)}`), /at most 200/),
  text('a script behind 100,000 tags', xhtml(`${'<b>x</b>'.repeat(100_000)}<script>x</script>`), /<script>.*character 800\d{3}/),
  text('a script link behind two megabytes', xhtml(`${'x'.repeat(2_000_000)}<a href="javascript:x">x</a>`), /runs a script/),
  text('a script link behind two megabytes of blanks', xhtml(`<a href="${' &#9;'.repeat(500_000)}javascript&#58;x">x</a>`), /blanks/),
  text('a control character behind two megabytes', xhtml(`${'x'.repeat(2_000_000)}\u0001`), /control/),
  text('an HTML entity behind two megabytes of others', xhtml(`${'&amp;'.repeat(400_000)}&nbsp;`), /&amp;/),
  text('a style of megabytes', xhtml(`<p style="${'a:b;'.repeat(500_000)}">x</p>`), /Shorten the style/),
  text('a name that does not end', xhtml(`<${'a'.repeat(2_000_000)}>x`), /Remove the element/),
  text('an attribute that does not end', xhtml(`<p ${'a'.repeat(2_000_000)}="x">x</p>`), /as XML/),
  text('a value that does not end', xhtml(`<p class="${'a'.repeat(2_000_000)}>x</p>`), /as XML/),
  text('blanks that do not end in a tag', xhtml(`<p${' '.repeat(2_000_000)}>x</p>`), /as XML/),
  text('a script in a style', xhtml('<p style="background:url(javascript:x)">x</p>'), /style/),
  text('an expression in a style', xhtml('<p style="width: expression(x)">x</p>'), /style/),
  text('an escape in a style', xhtml('<p style="width: e\\78pression(x)">x</p>'), /style/),
  text('an open element', xhtml('<p>x'), /end tag/),
  text('an open div', '<div xmlns="http://www.w3.org/1999/xhtml">x', /Close the element <div>/),
  text('crossed elements', xhtml('<b><i>x</b></i>'), /innermost first/),
  text('an end without a start', `${xhtml('x')}</div>`, /innermost first/),
  text('an attribute without quotes', xhtml('<p class=x>x</p>'), /quotes/),
  text('an attribute without value', xhtml('<td nowrap>x</td>'), /quotes/),
  text('an attribute twice', xhtml('<p class="a" class="b">x</p>'), /once only/),
  text('a bare ampersand', xhtml('a & b'), /&amp;/),
  text('an HTML entity', xhtml('a&nbsp;b'), /&#160;/),
  text('a character that XML does not have', xhtml('a&#0;b'), /does not have/),
  text('a bare less-than', xhtml('a < b'), /&lt;/),
  text('a comment with two hyphens', xhtml('<!-- a -- b -->x'), /comment/),
  text('a comment without end', `${xhtml('x')}<!-- a`, /comment/),
  text('a document type', `<!DOCTYPE html>${xhtml('x')}`, /document types/),
  text('a processing instruction', xhtml('<?php x ?>x'), /processing instructions/),
  text('a CDATA section without end', xhtml('<![CDATA[x'), /CDATA/),
  text('a control character', xhtml('a\u0001b'), /control characters/),
];

const rules = { roots, elements, cardinality, primitives, siblings, bindings, nesting, references, narratives };

for (const [rule, cases] of Object.entries(rules)) {
  describe(`validation refuses, in ${rule},`, () => {
    it.each(cases)('%s', (_, resource, where, says) => {
      const found = validateStructure(resource);
      expect(found.map((one) => one.where)).toEqual([where]);
      expect(found[0]).toMatchObject({ kind: 'invalid', message: expect.stringMatching(says) });
    });
  });
}
