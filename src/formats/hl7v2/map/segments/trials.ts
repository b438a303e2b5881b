// CTI and CSR: the clinical trial that an order, a result or a patient belongs to (HL7 v2.8, sections 7.8.1 and 7.8.5), as ResearchStudy
// and ResearchSubject. The official maps have nothing for them.
import { DTM } from '../codecs.ts';
import { rows } from '../rows.ts';
import { about, type Teller, within } from '../scene.ts';
import { CWE } from '../types/coded.ts';
import { CX, EI } from '../types/identifiers.ts';

const studyOfCti = rows('CTI', [
  ['CTI-1', 'identifier[1]', EI],
  ['CTI-2', 'phase', CWE],
]);
const studyOfCsr = rows('CSR', [
  ['CSR-1', 'identifier[sponsor]', EI],
  ['CSR-2', 'identifier[alternate]', EI],
]);
const subjectOfCsr = rows('CSR', [
  ['CSR-4', 'identifier[sponsor]', CX],
  ['CSR-5', 'identifier[alternate]', CX],
  ['CSR-6', 'period.start', DTM],
]);

export const cti: Teller = (segment, scene) => {
  const { story } = scene;
  const csr = segment.name === 'CSR';
  const study = story.thing('ResearchStudy', ['study', segment.field(1)?.key ?? '']);
  const said = (csr ? studyOfCsr : studyOfCti).read(segment, study.place, story);
  const subject = story.thing('ResearchSubject', [within(scene), study.id]);
  const enrolled = csr && subjectOfCsr.read(segment, subject.place, story);
  if (!said && !enrolled) return;
  study.imply('status', 'active');
  subject.imply('status', 'on-study').point('study', study);
  about(scene, subject, 'individual');
  if (scene.patient === undefined) subject.imply('individual.display', 'unknown');
};
