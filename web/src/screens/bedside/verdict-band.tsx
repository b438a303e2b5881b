// The judgement, as large as it matters: shape, words, the dose as a sum of what was scanned, each reason with what to do about it.
import { doseLines, type Session, standingOf, toDoAbout, type Verdict } from './session.ts';

const shapes = { block: '⬣', warn: '▲', aside: 'ⓘ' } as const;
const words = { block: 'Stop', warn: 'Look', aside: 'To know' } as const;

export function VerdictBand({
  session,
  verdict,
  failed,
  checking,
  measure,
}: {
  session: Session;
  verdict: Verdict | undefined;
  failed: string | undefined;
  checking: boolean;
  measure(): void;
}) {
  if (checking)
    return (
      <div className="band band-next" role="status" aria-busy="true">
        <span className="band-shape" aria-hidden="true">
          …
        </span>
        <strong className="band-title">Checking</strong>
      </div>
    );
  const { kind, shape, title } = standingOf(verdict, failed, session);
  const started = kind !== 'start' && verdict !== undefined;
  // Before anything of it was scanned, that it was not scanned is no warning.
  const reasons = started ? verdict.reasons.filter(({ code }) => code !== 'wristband-missing' || kind !== 'next') : [];
  return (
    <div className={`band band-${kind}`} role={kind === 'stop' || kind === 'unknown' ? 'alert' : 'status'}>
      <span className="band-shape" aria-hidden="true">
        {shape}
      </span>
      <div className="band-says">
        <strong className="band-title">{title}</strong>
        {started &&
          doseLines(verdict).map((line) => (
            <span key={line} className="band-dose" dir="auto">
              {line}
            </span>
          ))}
        {started && verdict.pump !== undefined && kind !== 'stop' && (
          <div className="band-pump" dir="auto">
            <strong className="band-dose">{verdict.pump.set === undefined ? 'Rate not known' : `Set ${verdict.pump.set}`}</strong>
            <span>
              {verdict.pump.title}: {verdict.pump.words}
            </span>
          </div>
        )}
        {kind === 'start' && <p>Then the drug. Or choose a dose from the list.</p>}
        {failed !== undefined && <p>{failed} Nothing was judged: do not give by this screen. It is asked again by itself.</p>}
        {kind === 'stop' && !reasons.some(({ code }) => toDoAbout[code] !== undefined) && <p>{verdict?.next}</p>}
        {reasons.length > 0 && (
          <ul className="band-reasons">
            {reasons.map(({ code, says, severity }) => (
              <li key={`${code} ${says}`} className={`reason-${severity}`}>
                <span aria-hidden="true">{shapes[severity]}</span> <strong>{words[severity]}:</strong> <span dir="auto">{says}</span>
                {toDoAbout[code] !== undefined && <span className="reason-do">{toDoAbout[code]}</span>}
                {code === 'value-missing' && (
                  <button type="button" className="chip" onClick={measure}>
                    Measure and enter it <kbd>v</kbd>
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
