// One dose: wristband, drug, verdict, record. The verdict is large and says what to do; one key records it. Where the answer of the
// server is lost nobody knows whether it was recorded: it is asked again under the same name, so that nothing is given twice.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { Outcome } from '../../../../src/modules/medication-administration/contract.ts';
import { useAsked, useGo } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { carry, takeCarried } from './carried.ts';
import { About } from './due-list.tsx';
import { Entry } from './entry.tsx';
import type { Override } from './facts.ts';
import type { Row } from './grid.ts';
import { marks } from './marks.ts';
import { begin, holderOf, isLost, missingFor, record, recordBody, type Session } from './session.ts';
import { Unscannable } from './unscannable.tsx';
import { useVerdict } from './use-verdict.ts';
import { useWedge } from './use-wedge.ts';
import { VerdictBand } from './verdict-band.tsx';

const Camera = lazy(async () => ({ default: (await import('./camera.tsx')).Camera }));

const againMs = 4000;
/** A wristband that was scanned so long ago says nothing of who lies there now. */
const idleMs = 10 * 60_000;

type Tool = 'camera' | 'unscannable';
type Sending = 'no' | 'busy' | 'lost';

export function ScanPanel({
  patient,
  rows,
  overrides,
}: {
  patient: string;
  rows: readonly Row[];
  overrides: ReadonlyMap<string, readonly Override[]>;
}) {
  const [asked, ask] = useAsked();
  const go = useGo();
  const client = useQueryClient();
  const [state, setState] = useState<Session>(() => begin(takeCarried(patient)));
  const [picked, setPicked] = useState<Outcome>();
  const [tool, setTool] = useState<Tool>();
  const [sending, setSending] = useState<Sending>('no');
  const [problem, setProblem] = useState<string>();
  const [said, setSaid] = useState<string>();
  const sent = useRef<object>(undefined);
  const chosen = asked['order'] === undefined ? undefined : `MedicationRequest/${asked['order']}`;
  const before = { ...state, order: chosen };
  const { verdict, failed, checking } = useVerdict(before, patient);
  const ref = verdict?.order ?? chosen;
  const row = rows.find(({ order }) => order.order === ref);
  const session: Session = { ...before, outcome: picked ?? (row?.order.kind === 'continuous' ? 'infusing' : 'given') };
  const missing = missingFor(session, verdict);
  const change = (more: Partial<Session>): void => setState((now) => ({ ...now, ...more }));

  const again = (scans: readonly string[] = []): void => {
    setState(begin(scans));
    setPicked(undefined);
    setTool(undefined);
    setProblem(undefined);
    ask({ order: undefined }, { replace: true });
  };
  const scanned = (raw: string): void => {
    if (sending !== 'no') return;
    setTool((open) => (open === 'camera' ? undefined : open));
    setSaid(undefined);
    setProblem(undefined);
    setState((now) => ({ ...now, scans: [...now.scans, raw] }));
  };
  useWedge(scanned);

  const send = async (): Promise<void> => {
    const body = sent.current;
    if (body === undefined) return;
    setSending('busy');
    try {
      await record(body);
      sent.current = undefined;
      const band = verdict?.read.filter(({ is }) => is === 'wristband').map(({ raw }) => raw) ?? [];
      setSaid(`${marks[session.outcome].word}: ${row?.order.title ?? 'the dose'}`);
      setSending('no');
      // Whoever lies there is known; the next drug can be scanned.
      again(band.slice(0, 1));
    } catch (error) {
      if (isLost(error)) return setSending('lost');
      sent.current = undefined;
      setSending('no');
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      void client.invalidateQueries({ queryKey: ['MedicationAdministration'] });
    }
  };
  const give = (): void => {
    if (sending !== 'no' || missing !== undefined || checking || verdict === undefined) return;
    setProblem(undefined);
    sent.current = recordBody(session, patient, ref);
    void send();
  };
  const latest = useRef({ send, give });
  latest.current = { send, give };

  useEffect(() => {
    if (sending !== 'lost') return;
    const timer = setTimeout(() => void latest.current.send(), againMs);
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('beforeunload', stay);
    };
  }, [sending]);
  useEffect(() => {
    // Also from a field, where the keys of the palette are left to who types.
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'F9' || event.repeat) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current.give();
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: anything that is done in the session begins the time anew
  useEffect(() => {
    if (state.scans.length === 0 || sending !== 'no') return;
    const timer = setTimeout(() => {
      again();
      setSaid('Begun again: nothing was done for ten minutes. Scan the wristband.');
    }, idleMs);
    return () => clearTimeout(timer);
  }, [state, sending]);
  useOffer([
    { name: 'Record the dose', keys: 'F9', run: give },
    { name: 'Begin the scan again', keys: 'n', run: () => sending === 'no' && again() },
    { name: 'Scan with the camera', keys: 'c', run: () => setTool('camera') },
    { name: 'It cannot be scanned', keys: 'u', run: () => setTool('unscannable') },
  ]);

  const other = verdict?.read.find(({ is }) => is === 'other-person')?.raw;
  // However far down one has scrolled, what a scan says must be seen.
  const top = useRef<HTMLDivElement>(null);
  const scans = state.scans.length;
  useEffect(() => {
    if (scans > 0 || tool === 'camera') top.current?.scrollIntoView({ block: 'nearest' });
  }, [scans, tool]);
  const openOther = async (): Promise<void> => {
    if (other === undefined) return;
    try {
      const found = await holderOf(other);
      if (found === undefined) return setProblem('Whose wristband it is could not be found.');
      carry(found, other);
      go('/app/bedside', { patient: found });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const outcome = marks[session.outcome];
  return (
    <section className="bedside-scan" aria-label="Give a dose">
      <div ref={top} className="bedside-top">
        {said !== undefined && (
          <p className="bedside-said" role="status" dir="auto">
            <span aria-hidden="true">✓</span> {said}. Scan the next drug.
          </p>
        )}
        {sending === 'lost' ? (
          <div className="band band-unknown" role="alert">
            <span className="band-shape" aria-hidden="true">
              ?
            </span>
            <div>
              <strong className="band-title">No answer: it may be recorded, or not</strong>
              <p>Do not give it again. It is asked every few seconds, and is recorded once, however often it is asked.</p>
              <Button size="lg" onClick={() => void send()}>
                Ask now
              </Button>
            </div>
          </div>
        ) : (
          <VerdictBand session={session} verdict={verdict} failed={failed} checking={checking} measure={() => ask({ panel: 'vitals' })} />
        )}
        {tool === 'camera' && (
          <Suspense fallback={<p role="status">The camera is being opened …</p>}>
            <Camera scanned={scanned} close={() => setTool(undefined)} />
          </Suspense>
        )}
      </div>
      {row !== undefined && (
        <div className="bedside-order">
          <About order={row.order} overrides={overrides.get(row.order.order) ?? []} />
        </div>
      )}
      {problem !== undefined && (
        <p className="bedside-alert" role="alert">
          ▲ {problem}
        </p>
      )}
      {ref !== undefined && sending !== 'lost' && (
        <div className="bedside-record">
          <Button
            size="xl"
            fullWidth
            onClick={give}
            loading={sending === 'busy'}
            disabled={missing !== undefined || checking || verdict === undefined}
            aria-keyshortcuts="F9"
            aria-describedby="bedside-why-not"
          >
            <span aria-hidden="true">{outcome.shape}&nbsp;</span> Record: {outcome.word} <kbd>F9</kbd>
          </Button>
          <p id="bedside-why-not" className="beneath">
            {checking ? 'It is being checked.' : (missing ?? 'It is recorded with your name and this moment.')}
          </p>
        </div>
      )}
      {verdict !== undefined && ref !== undefined && (
        <Entry
          session={session}
          verdict={verdict}
          row={row}
          change={change}
          pick={(next) => {
            setPicked(next);
            change({ reason: '', words: '' });
          }}
        />
      )}
      {state.scans.length > 0 && (
        <ol className="scans" aria-label="Scanned">
          {(verdict?.read ?? state.scans.map((raw) => ({ raw, is: 'unreadable' as const, says: 'being checked' }))).map((one, at) => (
            // The same code may be scanned several times: its place is what it is known by.
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={`${at} ${one.raw}`}>
              <span dir="auto">
                {at + 1}. {one.says}
                {'lot' in one && one.lot !== undefined ? ` · lot ${one.lot}` : ''}
                {'expires' in one && one.expires !== undefined ? ` · use by ${one.expires}` : ''}
              </span>
              <button
                type="button"
                className="chip"
                disabled={sending !== 'no'}
                aria-label={`Take away: ${one.says}`}
                onClick={() => change({ scans: state.scans.filter((_, place) => place !== at) })}
              >
                Take away
              </button>
            </li>
          ))}
        </ol>
      )}
      <div className="bedside-tools">
        {other !== undefined && (
          <button type="button" className="chip" onClick={() => void openOther()}>
            Open the patient of that wristband
          </button>
        )}
        <button
          type="button"
          className="chip"
          aria-expanded={tool === 'camera'}
          onClick={() => setTool(tool === 'camera' ? undefined : 'camera')}
        >
          Camera <kbd>c</kbd>
        </button>
        <button
          type="button"
          className="chip"
          aria-expanded={tool === 'unscannable'}
          onClick={() => setTool(tool === 'unscannable' ? undefined : 'unscannable')}
        >
          It cannot be scanned <kbd>u</kbd>
        </button>
        {(state.scans.length > 0 || chosen !== undefined) && (
          <button type="button" className="chip" disabled={sending !== 'no'} onClick={() => again()}>
            Begin again <kbd>n</kbd>
          </button>
        )}
      </div>
      {tool === 'unscannable' && <Unscannable reason={state.notScanned} choose={(notScanned) => change({ notScanned })} typed={scanned} />}
    </section>
  );
}
