// The code status as the banner says it: the words as they are recorded, what says them and since when. Where two that stand contradict each
// other both are said, with what to do; where nobody has recorded one, that is said.
import { useQuery } from '@tanstack/react-query';
import { showTime } from '../dates.ts';
import { codeStatusQuery } from './ask.ts';
import { codeStatusOf } from './code-status.ts';
import type { Statement } from './statements.ts';

const typeWords: Readonly<Record<string, string>> = {
  Flag: 'flags',
  ServiceRequest: 'orders',
  Consent: 'consents',
  Observation: 'observations',
};

export function CodeStatus({ id }: { id: string }) {
  const { data, isError } = useQuery(codeStatusQuery(id));
  if (isError) return <Line alert>could not be read</Line>;
  if (data === undefined) return <Line>…</Line>;
  const { now, others, contradicts } = codeStatusOf(data.resources, new Date());
  const unread = data.unread.map((type) => typeWords[type] ?? type).join(', ');
  const missing = unread === '' ? '' : ` (${unread} could not be read)`;
  if (now === undefined)
    return unread === '' ? (
      <Line title="No flag, order, consent or observation says one">Not recorded</Line>
    ) : (
      <Line alert>Not known{missing}</Line>
    );
  return (
    <Line alert={contradicts || unread !== ''}>
      {contradicts && <strong>Contradictory, ask: </strong>}
      <Said one={now} />
      {others.map((one) => (
        <span key={`${one.reference} ${one.words}`}>
          {'; '}
          <Said one={one} />
        </span>
      ))}
      {missing}
    </Line>
  );
}

function Said({ one: { words, source, at, meaning } }: { one: Statement }) {
  return (
    <>
      <strong dir="auto">{words === '' ? 'No words' : words}</strong>
      <span className="banner-source">
        {meaning === 'unclear' ? ' read it: ' : ' '}
        {source}, {at === undefined ? 'date not known' : showTime(at)}
      </span>
    </>
  );
}

function Line({ alert = false, title, children }: { alert?: boolean; title?: string; children: React.ReactNode }) {
  return (
    <span className={`banner-code${alert ? ' banner-alert' : ''}`} title={title}>
      <span className="banner-label">Code status</span>
      {children}
    </span>
  );
}
