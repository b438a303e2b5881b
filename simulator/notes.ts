// Short notes as documents, with what happened in plain words.
import type { Reference } from '../src/fhir/generated/types.ts';
import { instant } from './calendar.ts';
import { ageYears, type Chart } from './chart.ts';
import { concept, system } from './codes.ts';

const kinds = {
  discharge: ['18842-5', 'Discharge summary'],
  admission: ['34117-2', 'History and physical note'],
  emergency: ['34111-5', 'Emergency department Note'],
  progress: ['11506-3', 'Progress note'],
  nursing: ['34746-8', 'Nurse Note'],
} as const;

export function writeNote(
  chart: Chart,
  kind: keyof typeof kinds,
  atMs: number,
  encounter: Reference,
  author: Reference,
  lines: string[],
): void {
  const [code, display] = kinds[kind];
  const who = `${Math.floor(ageYears(chart, atMs))}-year-old ${chart.sex === 'female' ? (ageYears(chart, atMs) < 18 ? 'girl' : 'woman') : ageYears(chart, atMs) < 18 ? 'boy' : 'man'}`;
  const text = [`${display}`, '', `${who}.`, ...lines, '', `Signed: ${author.display ?? 'the physician'}`].join('\n');
  chart.add({
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'final',
    type: concept(system.loinc, code, display),
    category: [
      {
        coding: [
          {
            system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
            code: 'clinical-note',
            display: 'Clinical Note',
          },
        ],
      },
    ],
    subject: chart.subject,
    date: instant(atMs),
    author: [author],
    content: [
      {
        attachment: {
          contentType: 'text/plain',
          language: 'en',
          data: Buffer.from(text, 'utf8').toString('base64'),
          title: display,
          creation: instant(atMs),
        },
      },
    ],
    context: { encounter: [encounter] },
  });
}
