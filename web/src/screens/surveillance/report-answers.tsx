// What public health answered to a case report: first what it asks for (to whom the case is reportable, how soon, what is to be done), then why, and last
// what became of the report itself. The newest that was read is shown, earlier ones on asking.
import { showTime } from '../../parts/dates.ts';
import { answeredMarks, answeredWords, hostOf, mostPressing, withinWords } from './answer-words.ts';
import type { Answered } from './api.ts';

type Condition = Answered['conditions'][number];

export function ReportAnswers({ answers, version }: { answers: readonly Answered[]; version: number }) {
  const read = answers.filter(({ unread }) => unread === '');
  const shown = answers.filter((answer) => answer.unread !== '' || answer === read[0]);
  const earlier = read.slice(1);
  if (answers.length === 0) return null;
  return (
    <>
      <List name="Answers of public health" answers={shown} version={version} />
      {earlier.length > 0 && (
        <details className="earlier-answers">
          <summary>{earlier.length === 1 ? 'An earlier answer' : `${earlier.length} earlier answers`}</summary>
          <List name="Earlier answers of public health" answers={earlier} version={version} />
        </details>
      )}
    </>
  );
}

function List({ name, answers, version }: { name: string; answers: readonly Answered[]; version: number }) {
  return (
    <ul className="report-answers" aria-label={name}>
      {answers.map((answer) => (
        <li key={answer.message}>
          <p className="soft">
            Public health answered {showTime(answer.at)}
            {answer.version !== '' && answer.version !== String(version) && `, to version ${answer.version}`}
          </p>
          {answer.unread === '' ? <Answer answer={answer} /> : <p>▲ {answer.unread}</p>}
        </li>
      ))}
    </ul>
  );
}

function Answer({ answer: { conditions, more, status } }: { answer: Answered }) {
  return (
    <>
      {conditions.length === 0 && <p>It does not say of any condition whether it is reportable.</p>}
      {mostPressing(conditions).map((one) => (
        <Told key={`${one.condition} ${one.agency}`} one={one} />
      ))}
      {more && <p>It says more than is shown here: the whole document is among the messages of the interfaces.</p>}
      {status.length > 0 && (
        <p className="soft">
          About the report itself: <bdi>{status.join('; ')}</bdi>
        </p>
      )}
    </>
  );
}

function Told({ one: { condition, agency, determination, rules, reasons, within, toDo } }: { one: Condition }) {
  const why = [...rules, ...reasons].join('; ');
  const [before, after] = answeredWords(determination, agency !== '');
  const asks = determination === 'reportable' || determination === 'may be reportable';
  return (
    <div className={asks ? 'answer-asks' : 'answer-told'}>
      <p className="answer-head">
        {determination === null ? '?' : answeredMarks[determination]} <bdi>{condition === '' ? 'Condition not named' : condition}</bdi>:{' '}
        {before}
        <bdi>{agency}</bdi>
        {after}
        {within !== '' && `, within ${withinWords(within)}`}
      </p>
      {toDo.length > 0 && (
        <ul aria-label="To do">
          {toDo.map(({ says, priority, link }) => (
            <li key={`${says} ${link}`}>
              {priority !== '' && (
                <>
                  <b dir="auto">{priority}</b>:{' '}
                </>
              )}
              {link === '' ? (
                <bdi>{says}</bdi>
              ) : (
                <>
                  <a href={link} target="_blank" rel="noreferrer noopener" dir="auto">
                    {says === '' ? 'Open the page' : says}
                  </a>{' '}
                  <span className="soft">({hostOf(link)})</span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {why !== '' && (
        <p className="soft">
          Because: <bdi>{why}</bdi>
        </p>
      )}
    </div>
  );
}
