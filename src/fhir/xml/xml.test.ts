import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, readJsonNow, writeJson } from '../json.ts';
import { readXml, readXmlNow } from './read.ts';
import { writeXml } from './write.ts';

const patient = (inside: string): string => `<?xml version="1.0"?>\n<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`;
const json = (xml: string): string => {
  const read = readXmlNow(xml);
  if (!read.ok) throw new Error(`${read.problem.message} at ${read.problem.where}`);
  return writeJson(read.value);
};
const refused = (xml: string): string => {
  const read = readXmlNow(xml);
  return read.ok ? 'taken' : `${read.problem.where} ${read.problem.message}`;
};
const xml = (value: Json): string => {
  const written = writeXml(value);
  if (!written.ok) throw new Error(written.problem.message);
  return written.value;
};
const thereAndBack = (text: string): string => {
  const value = readJsonNow(text);
  if (!value.ok) throw new Error(value.problem.message);
  return json(xml(value.value));
};

describe('a resource in XML', () => {
  test('says the same in JSON: lists, numbers and booleans by their definition', () => {
    expect(
      json(
        patient(
          '<id value="7"/><active value="true"/><name id="n"><given value="Ada"/><given value="M."/></name><multipleBirthInteger value="2"/>',
        ),
      ),
    ).toBe('{"resourceType":"Patient","id":"7","active":true,"name":[{"id":"n","given":["Ada","M."]}],"multipleBirthInteger":2}');
  });

  test('keeps the digits of decimals', () => {
    const text = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}';
    expect(thereAndBack(text)).toBe(text);
    expect(xml((readJsonNow(text) as { value: Json }).value)).toContain('<value value="1.10"/>');
  });

  test('keeps what hangs on a primitive, and gaps in lists', () => {
    const text =
      '{"resourceType":"Patient","name":[{"given":["Ada",null,"B"],"_given":[null,{"extension":[{"url":"http://a","valueBoolean":true}]},{"id":"x"}]}],"birthDate":"1970","_birthDate":{"id":"b","extension":[{"url":"http://b","valueDecimal":0.50}]},"_gender":{"extension":[{"url":"http://c","valueCode":"unknown"}]}}';
    expect(JSON.parse(thereAndBack(text))).toEqual(JSON.parse(text));
    expect(thereAndBack(text)).toContain('"valueDecimal":0.50');
  });

  test('is written in the order of the definition, whatever the order in JSON', () => {
    const value: Json = { birthDate: '1970', id: '1', resourceType: 'Patient', active: true };
    expect(xml(value)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Patient xmlns="http://hl7.org/fhir"><id value="1"/><active value="true"/><birthDate value="1970"/></Patient>\n',
    );
  });

  test('keeps line ends, tabs, quotes and emoji in values', () => {
    const text = JSON.stringify({ resourceType: 'Basic', id: '1', code: { text: ' a\r\nb\tc "d" \'e\' <f> & 😀 ' } });
    expect(thereAndBack(text)).toBe(text);
  });

  test('keeps its narrative as it was written', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p class=\'a\'>x &amp; y&#160;<br/><!-- why --></p>\n</div>';
    const text = JSON.stringify({ resourceType: 'Patient', text: { status: 'generated', div } });
    expect(thereAndBack(text)).toBe(text);
  });

  test('may have prefixes, in its narrative too', () => {
    const sent =
      '<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y"><f:text><f:status value="generated"/><h:div><h:b>x</h:b></h:div></f:text></f:Patient>';
    expect(JSON.parse(json(sent)).text.div).toBe('<div xmlns="http://www.w3.org/1999/xhtml"><b>x</b></div>');
  });

  test('holds other resources', () => {
    const text =
      '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"x"},{"resourceType":"Basic","id":"b","code":{"text":"y"}}]}}]}';
    expect(thereAndBack(text)).toBe(text);
  });

  test('comments and processing instructions are passed over', () => {
    expect(json(`<!-- a -->${patient('<!-- b --><?c d?><active value="true"/>').replace('<?xml version="1.0"?>', '')}`)).toBe(
      '{"resourceType":"Patient","active":true}',
    );
  });

  test('a wrong value is handed on, for validation to tell its place', () => {
    expect(json(patient('<active value="maybe"/><multipleBirthInteger value="two"/><birthDate/>'))).toBe(
      '{"resourceType":"Patient","active":"maybe","multipleBirthInteger":"two","_birthDate":{}}',
    );
  });

  test('any text of a string survives, random ones too', () => {
    const writable = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text));
    fc.assert(
      fc.property(writable, (text) => {
        const sent = JSON.stringify({ resourceType: 'Basic', code: { text } });
        expect(thereAndBack(sent)).toBe(sent);
      }),
    );
  });

  test('large ones are read in slices to the same', async () => {
    const names = '<name><given value="Ada"/><family value="L&#233;"/></name>\r\n'.repeat(20_000);
    const read = await readXml(patient(names));
    expect(read.ok && writeJson(read.value)).toBe(json(patient(names)));
  });
});

describe('refused, with line and column', () => {
  const cases: [what: string, sent: string, says: RegExp][] = [
    ['an element that is not defined', patient('<nmae/>'), /^2:\d+ <nmae> is no element of Patient: did you mean <name>\?/],
    ['a resource type that is not defined', '<Pateint xmlns="http://hl7.org/fhir"/>', /no resource type of R4: did you mean <Patient>/],
    ['another namespace', '<Patient/>', /must be in the namespace http:\/\/hl7.org\/fhir/],
    ['a second of what stands once', patient('<active value="true"/><active value="false"/>'), /only once/],
    ['text between elements', patient('hello'), /Text may stand only/],
    ['CDATA between elements', patient('<![CDATA[x]]>'), /Text may stand only/],
    ['an attribute that is not defined', patient('<active val="true"/>'), /has no attribute val/],
    ['a value on an element that has none', patient('<name value="Ada"/>'), /has no attribute value/],
    ['an element inside a primitive', patient('<active value="true"><id value="1"/></active>'), /holds only extensions/],
    ['two resources in one place', patient('<contained><Basic/><Basic/></contained>'), /holds one resource/],
    ['XHTML outside a narrative', patient('<div xmlns="http://www.w3.org/1999/xhtml"/>'), /must be in the namespace/],
    [
      'something else inside a narrative',
      patient('<text><div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></div></text>'),
      /no XHTML/,
    ],
    ['XML that does not end', '<Patient xmlns="http://hl7.org/fhir">', /not well-formed/],
    ['two roots', '<Patient xmlns="http://hl7.org/fhir"/><Patient xmlns="http://hl7.org/fhir"/>', /not well-formed/],
    ['nothing', '', /not well-formed|no XML element/],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><Patient xmlns="http://hl7.org/fhir"/>', /UTF-8/],
    ['JSON', '{"resourceType":"Patient"}', /not well-formed/],
    ['names of JavaScript', patient('<__proto__/>'), /no element of Patient/],
    ['the underscore of JSON', patient('<_birthDate/>'), /no element of Patient/],
  ];
  for (const [what, sent, says] of cases) test(what, () => expect(refused(sent)).toMatch(says));
});

describe('an attack', () => {
  test('entities are not expanded: a DOCTYPE is refused at once', () => {
    const bomb = `<!DOCTYPE lol [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY b${i} "&a;&a;">`).join('')}]><Patient xmlns="http://hl7.org/fhir"/>`;
    expect(refused(bomb)).toMatch(/DOCTYPE/);
    expect(refused('<!DOCTYPE p SYSTEM "file:///etc/passwd"><Patient xmlns="http://hl7.org/fhir"/>')).toMatch(/DOCTYPE/);
    expect(refused(patient('<birthDate value="&xxe;"/>'))).toMatch(/not well-formed/);
  });

  test('by depth, attributes or number of elements ends in a refusal', () => {
    expect(refused(patient('<extension url="a">'.repeat(100_000)))).toMatch(/deeper than 64/);
    expect(refused(`<Patient xmlns="http://hl7.org/fhir" ${Array.from({ length: 100_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`)).toMatch(
      /more than 100 attributes/,
    );
    const few = readXmlNow(patient('<active value="true"/>'.repeat(3) + '<name/>'.repeat(2_000)), { maxValues: 1_000 });
    expect(few.ok).toBe(false);
    const div = `<text><div xmlns="http://www.w3.org/1999/xhtml">${'<b>'.repeat(50_000)}`;
    expect(refused(patient(div))).toMatch(/too many elements inside one another/);
  });

  test('no random bytes make the reader throw', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '<',
            '>',
            '/',
            '"',
            '=',
            ' ',
            '&',
            ';',
            '!',
            '[',
            ']',
            '-',
            '?',
            'Patient',
            'xmlns="http://hl7.org/fhir"',
            'a',
            '\r',
            '\u0000',
            '😀',
          ),
        }),
        (text) => {
          readXmlNow(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('what XML cannot hold is refused on the way out, with its place', () => {
    const written = writeXml({ resourceType: 'Basic', code: { text: 'a\u0001b' } });
    expect(written.ok ? '' : `${written.problem.where} ${written.problem.message}`).toBe(
      'text A text holds a character that XML cannot hold: ask for JSON',
    );
    expect(writeXml({ resourceType: 'Basic', nonsense: 1 }).ok).toBe(false);
  });
});
