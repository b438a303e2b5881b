// One order: whose it is, what does not fit of it, and its five steps, each by shape and words.
import { Go } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { type Row, type Step, saidOf, stepsOf } from './rows.ts';

const shapes: Readonly<Record<Step['state'], string>> = { done: '✓', fault: '▲', none: '–' };

export function OrderRow({ row }: { row: Row }) {
  const { order, patient, name, bed, title } = row;
  const said = saidOf(row);
  const chart = `/app/chart/${encodeURIComponent(patient)}`;
  return (
    <li className={said.length > 0 ? 'loop-row loop-wrong' : 'loop-row'}>
      <div className="loop-what">
        <h2 className="loop-title" dir="auto">
          <Go to={chart} asked={{ tab: 'source', of: row.key }}>
            {title}
          </Go>
        </h2>
        <p className="loop-who" dir="auto">
          <Go to={chart}>{[bed, name].filter((one) => one !== '').join(' · ') || 'The chart'}</Go>
          {order !== undefined && order.status !== 'active' && <strong> {endWords(order)}</strong>}
        </p>
        {said.length > 0 && (
          <ul className="loop-faults">
            {said.map(({ kind, words, what, more }) => (
              <li key={kind}>
                <strong>▲ {words}</strong> <span dir="auto">{what.join('; ')}</span>
                {more > 0 && ` and ${more} more`}
              </li>
            ))}
          </ul>
        )}
      </div>
      <ol className="loop-steps">
        {stepsOf(row).map(({ name: step, state, words }) => (
          <li key={step} className={`loop-step loop-${state}`}>
            <span className="loop-step-name">
              <span aria-hidden="true">{shapes[state]}</span> {step}
            </span>
            <span dir="auto">{words}</span>
          </li>
        ))}
      </ol>
    </li>
  );
}

const endWords = ({ status, ended }: NonNullable<Row['order']>): string =>
  [status, ended?.at === undefined ? '' : showTime(ended.at), ended?.reason === undefined ? '' : `(${ended.reason})`]
    .filter((one) => one !== '')
    .join(' ');
