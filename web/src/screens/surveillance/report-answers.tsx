// What public health answered to a case report: by condition and agency whether it is reportable, by which rule, how soon, and what is to be done.
import { showTime } from '../../parts/dates.ts';
import type { Answered } from './api.ts';

type Condition = Answered['conditions'][number];
const marks = { reportable: '▲', 'may be reportable': '?', 'not reportable': '✓', 'no rule met': '–' };

export function ReportAnswers({ answers, version }: { answers: readonly Answered[]; version: number }) {
  if (answers.length === 0) return null;
  return (
    <ul className="report-answers" aria-label="Answers of public health">
      {answers.map((answer) => (
        <li key={answer.message}>
          Answered {showTime(answer.at)}
          {answer.version !== '' && answer.version !== String(version) ? `, to version ${answer.version}` : ''}
          {answer.status.length > 0 ? `: ${answer.status.join('; ')}` : ''}
          {answer.unread !== '' && <p>▲ {answer.unread}</p>}
          {answer.unread === '' && answer.conditions.length === 0 && <p className="soft">Nothing is said of a condition.</p>}
          {answer.conditions.map((one) => (
            <Told key={`${one.condition} ${one.agency}`} one={one} />
          ))}
          {answer.more && <p className="soft">It says more than is shown here.</p>}
        </li>
      ))}
    </ul>
  );
}

function Told({ one: { condition, agency, determination, rules, reasons, within, toDo } }: { one: Condition }) {
  const why = [...rules, ...reasons].join('; ');
  return (
    <div dir="auto">
      <p>
        {determination === null ? '?' : marks[determination]} <b>{determination ?? 'it is not said whether it is reportable'}</b>
        {agency === '' ? '' : ` to ${agency}`}: {condition === '' ? 'condition not named' : condition}
        {within === '' ? '' : `, within ${within}`}
      </p>
      {why !== '' && <p className="soft">{why}</p>}
      {toDo.length > 0 && (
        <ul>
          {toDo.map(({ says, priority, link }) => (
            <li key={`${says} ${link}`}>
              {priority === '' ? '' : <b>{priority}: </b>}
              {link === '' ? (
                says
              ) : (
                <a href={link} target="_blank" rel="noreferrer noopener">
                  {says}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
