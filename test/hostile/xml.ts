// XML from outside that is a bomb, reaches for files, or is not what FHIR says (http://hl7.org/fhir/R4/xml.html,
// CWE-611 and CWE-776).
import { type Attack, megabyte, posting, repeated } from './attack.ts';

const xml = { 'content-type': 'application/fhir+xml' };
const patient = (inside: string): string => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`;

/** Ten entities, each ten of the one before. */
const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');

const texts: [name: string, status: number, body: string][] = [
  ['a billion laughs', 400, `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]>${patient('<language value="&l10;"/>')}`],
  [
    'a quadratic blow-up',
    400,
    `<!DOCTYPE a [<!ENTITY a "${'a'.repeat(100_000)}">]>${patient(`<language value="${'&a;'.repeat(10_000)}"/>`)}`,
  ],
  ['a file as an entity', 400, `<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>${patient('<language value="&f;"/>')}`],
  ['an address as a parameter entity', 400, `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>${patient('')}`],
  ['an outside DTD', 400, `<!DOCTYPE Patient SYSTEM "http://127.0.0.1:1/x.dtd">${patient('')}`],
  [
    'an include',
    400,
    `<Patient xmlns="http://hl7.org/fhir" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></Patient>`,
  ],
  ['an entity of HTML', 400, patient('<language value="&nbsp;"/>')],
  ['a million elements inside one another', 413, '<Patient xmlns="http://hl7.org/fhir">'.concat('<extension url="a">'.repeat(1_000_000))],
  [
    'a million elements of a narrative inside one another',
    413,
    patient(`<text><div xmlns="http://www.w3.org/1999/xhtml">${'<b>'.repeat(1_000_000)}`),
  ],
  ['100,000 attributes', 413, `<Patient xmlns="http://hl7.org/fhir" ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(' ')}/>`],
  [
    '100,000 namespaces',
    413,
    `<Patient xmlns="http://hl7.org/fhir" ${Array.from({ length: 100_000 }, (_, i) => `xmlns:a${i}="b"`).join(' ')}/>`,
  ],
  ['a million elements', 413, patient('<name/>'.repeat(1_000_000))],
  ['a name of a million letters', 400, patient(`<${'a'.repeat(megabyte)}/>`)],
  [
    'a script in a narrative',
    422,
    patient('<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div></text>'),
  ],
  [
    'a picture in a narrative',
    400,
    patient('<text><div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg" onload="a()"/></div></text>'),
  ],
  ['JSON', 400, '{"resourceType":"Patient"}'],
  ['an element that is not defined', 400, patient('<password value="x"/>')],
  ['a wrong value', 422, patient('<active value="maybe"/>')],
  ['another type', 422, '<Basic xmlns="http://hl7.org/fhir"><code><text value="a"/></code></Basic>'],
  ['NUL', 400, patient('<language value="a\0b"/>')],
  ['NUL as a number', 400, patient('<language value="a&#0;b"/>')],
  ['half of a pair', 400, patient('<language value="&#xD800;"/>')],
  ['nothing', 400, ''],
  ['an XML declaration alone', 400, '<?xml version="1.0"?>'],
  ['a stylesheet alone', 400, '<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>'],
  ['a comment that does not end', 400, patient(`<!-- ${'-'.repeat(100_000)}`)],
];

export const xmlAttacks: Attack[] = [
  ...texts.map(([name, status, body]): Attack => {
    const run = posting('/Patient', () => body, xml);
    return body.length > megabyte ? { name, status: [status], run, heavy: true } : { name, status: [status], run };
  }),
  {
    name: '10 MB of well-formed XML',
    status: [413],
    run: posting(
      '/Patient',
      () =>
        repeated(
          '<Patient xmlns="http://hl7.org/fhir">',
          '<extension url="http://a"><valueString value="b"/></extension>',
          170_000,
          '</Patient>',
        ),
      xml,
    ),
    heavy: true,
  },
];
