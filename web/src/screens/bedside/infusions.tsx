// What runs on pumps: what each says that it does, beside what it was set to do, and what nobody can tell. What needs somebody stands first.
import { clock } from './due-list.tsx';
import type { DueAnswer } from './facts.ts';

type Infusion = NonNullable<DueAnswer['infusions']>[number];

const states: Readonly<Record<Infusion['state'], { shape: string; word: string }>> = {
  hung: { shape: '◇', word: 'Not started' },
  infusing: { shape: '▶', word: 'Running' },
  paused: { shape: '‖', word: 'Stands still' },
  ended: { shape: '■', word: 'Ended' },
};
const outcomes = ['alert', 'could-not-check', 'fine'];
const number = (value: number): string => String(Number(value.toPrecision(3)));

/** `▶ 10 mL/h on Pump 7`. */
export const infusionWords = ({ state, rateMlPerH, pump }: Infusion): string =>
  `${states[state].shape} ${rateMlPerH === undefined ? states[state].word : `${number(rateMlPerH)} mL/h`} on ${pump}`;

export function Infusions({ answer }: { answer: DueAnswer }) {
  const all = [...answer.infusions].sort((a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome));
  if (all.length === 0) return null;
  const told = all.filter(({ outcome }) => outcome === 'alert').length;
  return (
    <section className="card bedside-due" aria-label="On pumps">
      <h2>
        On pumps <span className="count">{told > 0 ? `${told} of ${all.length} to look at` : all.length}</span>
      </h2>
      <ul className="due-rows">
        {all.map((one) => (
          <li key={one.administration ?? one.device} className={`due-row effect-row infusion-${one.outcome}`}>
            <span className="due-state">
              <span aria-hidden="true">{states[one.state].shape}</span> {states[one.state].word}
              {one.rateMlPerH !== undefined && <span className="due-time"> {number(one.rateMlPerH)} mL/h</span>}
              {one.set !== undefined && <span className="infusion-set"> ordered {one.set}</span>}
            </span>
            <span className="due-what" dir="auto">
              {one.words}
            </span>
            <span className="due-marks">
              <span dir="auto">{one.pump}</span>
              {one.deliveredMl !== undefined && <span>{number(one.deliveredMl)} mL went in</span>}
              {one.remainingMl !== undefined && <span>{number(one.remainingMl)} mL left</span>}
              <span>{one.heard === undefined ? 'not heard of yet' : `heard ${clock(Date.parse(one.heard))}`}</span>
              {one.outcome === 'fine' && one.state === 'infusing' && <span>✓ As ordered</span>}
            </span>
            {one.findings.map(({ kind, outcome, says, since }) => (
              <strong key={`${kind} ${says}`} className={`infusion-says says-${outcome}`} dir="auto">
                <span aria-hidden="true">{outcome === 'alert' ? '▲' : '?'}</span> {says}
                <span className="infusion-since"> since {clock(Date.parse(since))}</span>
              </strong>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
