// Notes, reports and documents of a patient: newest first on the left, the one that is open on the right, named by the address.
import { useQuery } from '@tanstack/react-query';
import type { Composition, DiagnosticReport, DocumentReference, Narrative as FhirNarrative } from '../../../../src/fhir/generated/types.ts';
import { read, searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { Go, useAsked, useBelow } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf } from '../../parts/words.ts';
import { Attached } from './attached.tsx';
import { Narrative } from './narrative.tsx';
import { ReportTable } from './report-table.tsx';
import { ToSource } from './to-source.tsx';

type Paper = DocumentReference | Composition | DiagnosticReport;

const titleOf = (paper: Paper): string =>
  (paper.resourceType === 'Composition' ? paper.title : paper.resourceType === 'DocumentReference' ? paper.description : undefined) ||
  conceptOf(paper.resourceType === 'DiagnosticReport' ? paper.code : paper.type) ||
  'Not named';
const dateOf = (paper: Paper): string | undefined =>
  paper.resourceType === 'DiagnosticReport'
    ? (paper.effectiveDateTime ?? paper.effectivePeriod?.start ?? paper.issued)
    : (paper.date ?? (paper.resourceType === 'DocumentReference' ? paper.content[0]?.attachment.creation : undefined));
const authorOf = (paper: Paper): string =>
  ((paper.resourceType === 'DiagnosticReport' ? paper.performer : paper.author) ?? [])
    .map(({ display }) => display ?? '')
    .filter(Boolean)
    .join(', ');
const refOf = (paper: Paper): string => `${paper.resourceType}/${paper.id ?? ''}`;
const kinds: Readonly<Record<Paper['resourceType'], string>> = {
  DocumentReference: 'Note or document',
  Composition: 'Document',
  DiagnosticReport: 'Report',
};

/** Attachments of a list of notes may be long: they come when one is opened. */
const elements = 'type,description,date,author,status,docStatus,category';

const papersQuery = (id: string) => ({
  queryKey: ['DocumentReference', id, 'papers'],
  meta: { types: ['Composition', 'DiagnosticReport'], ...about(id) },
  queryFn: async (): Promise<Paper[]> => {
    const found = await Promise.all([
      searchAll('DocumentReference', { patient: id, _elements: `${elements},content` }),
      searchAll('Composition', { patient: id, _elements: 'type,title,date,author,status' }),
      searchAll('DiagnosticReport', { patient: id, _elements: 'code,effective,issued,performer,status,category' }),
    ]);
    return found
      .flat()
      .filter(({ status }) => status !== 'entered-in-error')
      .sort((a, b) => Date.parse(dateOf(b) ?? '1900') - Date.parse(dateOf(a) ?? '1900'));
  },
});

export default function Documents({ id }: { id: string }) {
  const papers = useQuery(papersQuery(id));
  const [asked] = useAsked();
  const patient = useBelow() ?? '';
  if (papers.isPending) return <Waiting what="Documents" rows={10} />;
  if (papers.isError) return <Failure error={papers.error} again={() => void papers.refetch()} />;
  if (papers.data.length === 0)
    return (
      <Empty title="There is no document yet">
        Notes that are written here, reports of the laboratory and documents of other hospitals (C-CDA) appear here.
      </Empty>
    );
  const kind = asked['kind'];
  const shown = papers.data.filter(({ resourceType }) => kind === undefined || resourceType === kind);
  const open = asked['open'] ?? (shown[0] === undefined ? undefined : refOf(shown[0]));
  const counts = (Object.keys(kinds) as Paper['resourceType'][]).map((type) => ({
    type,
    count: papers.data.filter(({ resourceType }) => resourceType === type).length,
  }));
  const address = `/app/chart/${encodeURIComponent(patient)}`;
  return (
    <div className="papers">
      <nav className="papers-list" aria-label="Documents">
        <p className="papers-kinds">
          <Go to={address} asked={{ tab: 'documents' }} aria-current={kind === undefined ? 'true' : undefined}>
            All {papers.data.length}
          </Go>
          {counts.map(({ type, count }) =>
            count === 0 ? null : (
              <Go key={type} to={address} asked={{ tab: 'documents', kind: type }} aria-current={kind === type ? 'true' : undefined}>
                {kinds[type]} {count}
              </Go>
            ),
          )}
        </p>
        <ul className="rows">
          {shown.map((paper) => (
            <li key={refOf(paper)} className={refOf(paper) === open ? 'paper-open' : ''}>
              <Go
                to={address}
                asked={{ tab: 'documents', kind, open: refOf(paper) }}
                className="row-what"
                dir="auto"
                aria-current={refOf(paper) === open ? 'true' : undefined}
              >
                {titleOf(paper)}
              </Go>
              <span className="row-when">{showTime(dateOf(paper))}</span>
              <span className="row-beside" dir="auto">
                {[kinds[paper.resourceType], authorOf(paper), statusOf(paper)].filter((one) => one !== '').join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      </nav>
      {open === undefined ? <Empty title="Nothing of this kind" /> : <Opened key={open} of={open} />}
    </div>
  );
}

const statusOf = (paper: Paper): string => {
  const status = paper.resourceType === 'DocumentReference' ? (paper.docStatus ?? paper.status) : paper.status;
  return ['final', 'current'].includes(status) ? '' : status;
};

const isPaperType = (type: string): type is Paper['resourceType'] => Object.hasOwn(kinds, type);

function Opened({ of }: { of: string }) {
  const [type = '', id = ''] = of.split('/');
  const paper = useQuery({
    queryKey: [type, id, 'paper'],
    queryFn: async (): Promise<Paper> => {
      if (!isPaperType(type)) throw new Error('The address names no note, document or report. Choose one on the left.');
      return read(type, id);
    },
  });
  if (paper.isPending) return <Waiting what="The document" rows={10} />;
  if (paper.isError) return <Failure title="This document could not be opened" error={paper.error} again={() => void paper.refetch()} />;
  const { data } = paper;
  return (
    <article className="card paper" aria-label={titleOf(data)}>
      <header>
        <h2 dir="auto">{titleOf(data)}</h2>
        <p className="beneath" dir="auto">
          {[showTime(dateOf(data)), authorOf(data), statusOf(data)].filter((one) => one !== '').join(' · ')}{' '}
          <ToSource of={of}>Where it comes from</ToSource>
        </p>
      </header>
      <Content paper={data} />
    </article>
  );
}

function Content({ paper }: { paper: Paper }) {
  if (paper.resourceType === 'DocumentReference')
    return paper.content.map(({ attachment }, index) => (
      <Attached key={`${attachment.url ?? ''} ${attachment.title ?? ''} ${String(index)}`} attachment={attachment} />
    ));
  if (paper.resourceType === 'Composition')
    return (
      <>
        <Told text={paper.text} />
        <Sections sections={paper.section ?? []} level={0} />
      </>
    );
  return (
    <>
      {paper.conclusion !== undefined && (
        <p className="strong" dir="auto">
          {paper.conclusion}
        </p>
      )}
      <Told text={paper.text} />
      {(paper.result ?? []).length > 0 && <ReportResults references={(paper.result ?? []).flatMap(({ reference }) => reference ?? [])} />}
      {(paper.presentedForm ?? []).map((attachment, index) => (
        <Attached key={`${attachment.url ?? ''} ${String(index)}`} attachment={attachment} />
      ))}
      {paper.conclusion === undefined &&
        paper.text === undefined &&
        (paper.result ?? []).length === 0 &&
        (paper.presentedForm ?? []).length === 0 && <Empty title="The report has no content" />}
    </>
  );
}

type Section = NonNullable<Composition['section']>[number];

function Sections({ sections, level }: { sections: readonly Section[]; level: number }) {
  if (level > 8) return null;
  return sections.map((section, index) => (
    <section key={`${section.title ?? ''} ${String(index)}`} className="paper-section">
      <h3 dir="auto">{section.title ?? (conceptOf(section.code) || 'Section')}</h3>
      {section.text === undefined && (section.section ?? []).length === 0 ? (
        <p className="beneath">{conceptOf(section.emptyReason) || 'No text in this section'}</p>
      ) : (
        <Told text={section.text} />
      )}
      <Sections sections={section.section ?? []} level={level + 1} />
    </section>
  ));
}

const Told = ({ text }: { text: FhirNarrative | undefined }) => (text === undefined ? null : <Narrative text={text.div} />);

function ReportResults({ references }: { references: readonly string[] }) {
  const ids = references.flatMap((reference) => (reference.startsWith('Observation/') ? [reference.slice(12).split('/')[0] ?? ''] : []));
  const results = useQuery({
    queryKey: ['Observation', 'of-report', ids.join()],
    queryFn: () => searchAll('Observation', { _id: ids.join() }, 500),
    enabled: ids.length > 0,
  });
  if (results.isError)
    return <Failure title="The results of this report could not be read" error={results.error} again={() => void results.refetch()} />;
  if (results.data === undefined) return <Waiting what="Results of this report" rows={ids.length} />;
  return <ReportTable observations={results.data} />;
}
