// What was checked and what could not be: always in sight, so that silence is never taken for "fine".
import type { Checking } from './checking.ts';

const categoryWords = (category: string): string => category.replaceAll('-', ' ');

export function CheckedLine({ checking: { shown, fresh, failed }, any }: { checking: Checking; any: boolean }) {
  if (!any)
    return (
      <section className="checked" aria-label="What was checked" role="status">
        Nothing is checked yet: it begins with the first order.
      </section>
    );
  if (failed !== undefined)
    return (
      <section className="checked checked-failed" aria-label="What was checked" role="alert">
        <strong>
          <span aria-hidden="true">⬣ </span>Not checked.
        </strong>{' '}
        {failed} {shown !== undefined && 'What stands below is of an earlier text.'}
      </section>
    );
  if (shown === undefined)
    return (
      <section className="checked" aria-label="What was checked" role="status">
        Being checked …
      </section>
    );
  const reasons = new Map<string, string[]>();
  for (const { why, category } of shown.couldNot) reasons.set(why, [...(reasons.get(why) ?? []), categoryWords(category)]);
  return (
    <section
      className={`checked${shown.couldNot.length > 0 ? ' checked-part' : ''}`}
      aria-label="What was checked"
      role="status"
      data-fresh={fresh}
    >
      <p>
        <strong>{fresh ? sentence(shown.checked.says) : 'Being checked again …'}</strong>{' '}
        {fresh &&
          shown.cards.length === 0 &&
          (shown.couldNot.length === 0 ? 'Nothing was found against it.' : 'No alert, but not everything was checked.')}
      </p>
      {shown.couldNot.length > 0 && (
        <details open={reasons.size <= 3}>
          <summary>
            <span aria-hidden="true">▲ </span>Could not check {reasons.size === 1 ? 'one thing' : `${reasons.size} things`}
          </summary>
          <ul>
            {[...reasons].map(([why, categories]) => (
              <li key={why} dir="auto">
                {[...new Set(categories)].join(', ')}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const sentence = (words: string): string => {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
