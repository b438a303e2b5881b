// One dose: wristband, drug, verdict, record. The verdict is large and says what to do; one key records it. Where the answer of the
// server is lost nobody knows whether it was recorded: it is asked again under the same name, so that nothing is given twice.
import { Button } from '@mantine/core';
import { useIntersection, useMergedRef } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { Outcome } from '../../../../src/modules/medication-administration/contract.ts';
import { useAsked, useGo } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { BeforeOrder } from './before-order.tsx';
import { carry, takeCarried } from './carried.ts';
import { About } from './due-list.tsx';
import { Entry } from './entry.tsx';
import type { Override } from './facts.ts';
import type { Row } from './grid.ts';
import { marks } from './marks.ts';
import { SecondPerson } from './second-person.tsx';
import {
  begin,
  doseLines,
  holderOf,
  isLost,
  missingFor,
  needsSecondPerson,
  type Proof,
  proofRefused,
  record,
  recordBody,
  type Session,
  standingOf,
} from './session.ts';
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
  const [second, setSecond] = useState<{ problem?: string }>();
  const sent = useRef<object>(undefined);
  const chosen = asked['order'] === undefined ? undefined : `MedicationRequest/${asked['order']}`;
  const without = state.beforeOrder;
  const before = { ...state, order: without === undefined ? chosen : undefined };
  const { verdict, failed, checking } = useVerdict(before, patient);
  const ref = without === undefined ? (verdict?.order ?? chosen) : undefined;
  const row = rows.find(({ order }) => order.order === ref);
  const usual = verdict?.pump !== undefined ? 'hung' : row?.order.kind === 'continuous' ? 'infusing' : 'given';
  const session: Session = { ...before, outcome: picked ?? usual };
  const missing = missingFor(session, verdict);
  const change = (more: Partial<Session>): void => setState((now) => ({ ...now, ...more }));

  const again = (scans: readonly string[] = []): void => {
    setState(begin(scans));
    setPicked(undefined);
    setTool(undefined);
    setProblem(undefined);
    setSecond(undefined);
    ask({ order: undefined }, { replace: true });
  };
  const scanned = (raw: string): void => {
    if (sending !== 'no') return;
    setTool((open) => (open === 'camera' ? undefined : open));
    setSaid(undefined);
    setProblem(undefined);
    // What is compared is another thing now, or the badges prove it.
    setSecond(undefined);
    setState((now) => ({ ...now, scans: [...now.scans, raw] }));
  };
  useWedge(scanned);

  // Asked again after a lost answer without the proof, which is kept nowhere: what was recorded is found by its name all the same.
  const send = async (proof?: Proof): Promise<void> => {
    const body = sent.current;
    if (body === undefined) return;
    const asking = sending === 'lost';
    setSending('busy');
    try {
      await record(body, proof);
      sent.current = undefined;
      const band = verdict?.read.filter(({ is }) => is === 'wristband').map(({ raw }) => raw) ?? [];
      setSaid(
        without === undefined
          ? `${marks[session.outcome].word}: ${row?.order.title ?? 'the dose'}`
          : `${marks[session.outcome].word} before there is an order; ${without.prescriber.trim()} is asked to acknowledge it`,
      );
      setSending('no');
      // Whoever lies there is known; the next drug can be scanned.
      again(band.slice(0, 1));
    } catch (error) {
      if (isLost(error)) {
        setSecond(undefined);
        return setSending('lost');
      }
      setSending('no');
      const refused = proofRefused(error);
      if (refused !== undefined)
        return setSecond({ problem: asking ? 'It was not recorded. The second person signs in once more.' : refused });
      sent.current = undefined;
      setSecond(undefined);
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      void client.invalidateQueries({ queryKey: ['MedicationAdministration'] });
    }
  };
  const give = (): void => {
    if (sending !== 'no' || missing !== undefined || checking || verdict === undefined) return;
    setProblem(undefined);
    sent.current = recordBody(session, patient, ref);
    if (needsSecondPerson(session, verdict)) setSecond({});
    else void send();
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
  const withoutOrder = (): void => {
    if (sending !== 'no') return;
    setPicked(undefined);
    ask({ order: undefined }, { replace: true });
    setState((now) => ({
      ...now,
      entered: {},
      beforeOrder: now.beforeOrder === undefined ? { reason: '', prescriber: '', drug: '' } : undefined,
    }));
  };
  useOffer([
    { name: 'Give before there is an order', keys: 'e', run: withoutOrder },
    { name: 'Record the dose', keys: 'F9', run: give },
    { name: 'Begin the scan again', keys: 'n', run: () => sending === 'no' && again() },
    { name: 'Scan with the camera', keys: 'c', run: () => setTool('camera') },
    { name: 'It cannot be scanned', keys: 'u', run: () => setTool('unscannable') },
  ]);

  const other = verdict?.read.find(({ is }) => is === 'other-person')?.raw;
  // However far down one has scrolled, what a scan says must be seen.
  const top = useRef<HTMLDivElement>(null);
  const { ref: watched, entry: seen } = useIntersection({ rootMargin: '-160px 0px -90px 0px', threshold: 0.1 });
  const both = useMergedRef(top, watched);
  const bandSeen = seen?.isIntersecting !== false;
  const stands = standingOf(verdict, failed, session);
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
  const twoPeople = needsSecondPerson(session, verdict);
  return (
    <section className="bedside-scan" aria-label="Give a dose">
      <div ref={both} className="bedside-top">
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
          {row.order.kind === 'continuous' && verdict?.evidence.drug === true && verdict.pump === undefined && (
            <p className="soft">Does it run on a pump? Scan its label too: it says itself then what it does.</p>
          )}
        </div>
      )}
      {problem !== undefined && (
        <p className="bedside-alert" role="alert">
          ▲ {problem}
        </p>
      )}
      {without !== undefined && (
        <BeforeOrder before={without} session={session} scanned={verdict?.evidence.drug === true} change={change} />
      )}
      {verdict !== undefined && (ref !== undefined || without !== undefined) && (
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
        <button type="button" className="chip" aria-expanded={without !== undefined} disabled={sending !== 'no'} onClick={withoutOrder}>
          No order yet <kbd>e</kbd>
        </button>
        {(state.scans.length > 0 || chosen !== undefined || without !== undefined) && (
          <button type="button" className="chip" disabled={sending !== 'no'} onClick={() => again()}>
            Begin again <kbd>n</kbd>
          </button>
        )}
      </div>
      {second !== undefined && verdict !== undefined && (
        <SecondPerson
          what={[
            row?.order.title ?? (without?.drug || 'The drug that was scanned'),
            session.entered.dose ?? row?.order.dose,
            session.entered.route ?? row?.order.route,
          ]
            .filter((one) => one !== undefined && one !== '')
            .join(' · ')}
          why={row?.order.highAlert}
          problem={second.problem}
          busy={sending === 'busy'}
          byBadge={verdict.secondPersonBy?.includes('badge') === true}
          sign={(proof) => void send(proof)}
          close={() => {
            if (sending === 'busy') return;
            sent.current = undefined;
            setSecond(undefined);
          }}
        />
      )}
      {tool === 'unscannable' && <Unscannable reason={state.notScanned} choose={(notScanned) => change({ notScanned })} typed={scanned} />}
      {(ref !== undefined || without !== undefined) && sending !== 'lost' && (
        <div className="bedside-record">
          {!bandSeen && !checking && (
            <p className={`bedside-standing standing-${stands.kind}`}>
              <span aria-hidden="true">{stands.shape}</span> {stands.title}
              {verdict !== undefined && doseLines(verdict).map((line) => <span key={line}> · {line}</span>)}
            </p>
          )}
          <Button
            size="xl"
            fullWidth
            onClick={give}
            loading={sending === 'busy'}
            disabled={missing !== undefined || checking || verdict === undefined}
            aria-keyshortcuts="F9"
            aria-describedby="bedside-why-not"
          >
            <span aria-hidden="true">{outcome.shape}&nbsp;</span> {twoPeople ? 'Second person signs' : `Record: ${outcome.word}`}{' '}
            <kbd>F9</kbd>
          </Button>
          <p id="bedside-why-not" className="beneath">
            {checking ? 'It is being checked.' : (missing ?? 'It is recorded with your name and this moment.')}
          </p>
        </div>
      )}
    </section>
  );
}
