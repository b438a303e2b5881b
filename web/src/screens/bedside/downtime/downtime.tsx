// After a downtime: the bundle that the ward took with it is brought back, and what was given on paper is copied by its orders.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { Refusal } from '../../../api/http.ts';
import { Go, useAsked } from '../../../app/go.tsx';
import { keptFor } from '../../../app/keeping.ts';
import { usePerson } from '../../../app/session.tsx';
import { Page } from '../../../parts/page.tsx';
import { Failure, Waiting } from '../../../parts/states.tsx';
import { Conflicts } from '../conflicts.tsx';
import { type Brought, heldIn, isOurs, ownerWords, readBundle, staleness } from './bundle.ts';
import { formOf, place } from './draft-place.ts';
import type { Kept } from './drafted.ts';
import { Entering } from './entering.tsx';
import './downtime.css';

export default function Downtime() {
  const [asked, change] = useAsked();
  const { drafts } = keptFor(usePerson().id);
  // Where this browser keeps nothing, the bundle lives as long as the page.
  const [here, setHere] = useState<Brought>();
  const id = asked['bundle'];
  const kept = id === undefined ? undefined : (drafts.read(place, formOf(id))?.value as Kept | undefined);
  const brought = kept ?? (here !== undefined && heldIn(here)?.id === id ? here : undefined);
  return (
    <Page
      title="After a downtime"
      actions={
        <Button variant="default" size="md" component={Go} to="/app/bedside">
          To the ward
        </Button>
      }
    >
      <div className="bedside downtime">
        {brought === undefined ? (
          <Choose
            lost={id !== undefined}
            take={(one, bundle) => {
              setHere(one);
              change({ bundle });
            }}
          />
        ) : (
          <Checked key={id} brought={brought} again={() => change({ bundle: undefined })} />
        )}
        <Conflicts />
      </div>
    </Page>
  );
}

function Choose({ lost, take }: { lost: boolean; take(brought: Brought, id: string): void }) {
  const { drafts } = keptFor(usePerson().id);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const open = drafts.all().filter(({ patient, form }) => patient === place && form.startsWith(formOf('')));
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const brought = await readBundle(file, Date.now());
      const held = typeof brought === 'string' ? undefined : heldIn(brought);
      if (typeof brought === 'string' || held === undefined) return setProblem(String(brought));
      await isOurs(brought);
      if (drafts.read(place, formOf(held.id)) === undefined)
        drafts.keep({
          patient: place,
          form: formOf(held.id),
          label: `Doses of a downtime: ${ownerWords(held)}`,
          address: `/app/bedside?view=downtime&bundle=${held.id}`,
          value: { ...brought, doses: [], entry: null, refused: {} } satisfies Kept,
        });
      take(brought, held.id);
    } catch (why) {
      setProblem(refusalWords(why));
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };
  return (
    <>
      {lost && problem === undefined && (
        <p className="bedside-alert">▲ This bundle is not kept in this browser for you: choose its file again.</p>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the field inside does the same by keys */}
      <div
        className={over ? 'downtime-drop downtime-over' : 'downtime-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label>
          <strong>The bundle that the ward took with it</strong>
          <span>Choose the file, or drop it here. It is checked that it is ours and unchanged.</span>
          <input
            type="file"
            accept=".json,application/json"
            disabled={busy}
            onChange={(event) => {
              void read(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
      </div>
      {problem !== undefined && (
        <p className="bedside-alert" role="alert">
          ⬣ {problem}
        </p>
      )}
      {open.length > 0 && (
        <section className="card" aria-label="Begun and not sent">
          <h2>Begun and not sent</h2>
          <ul className="rows">
            {open.map(({ form, label }) => (
              <li key={form}>
                <Go to="/app/bedside" asked={{ view: 'downtime', bundle: form.slice(formOf('').length) }} className="row-what" dir="auto">
                  {label}
                </Go>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const refusalWords = (why: unknown): string =>
  why instanceof Refusal && why.status === 400
    ? 'This bundle is not taken: it was changed, or is not of this system. Use the file as it was saved before the downtime.'
    : why instanceof Error
      ? why.message
      : String(why);

/** Once more when it is opened again: what lies in a browser may have been changed there. */
function Checked({ brought, again }: { brought: Brought; again(): void }) {
  const held = heldIn(brought);
  const ours = useQuery({
    queryKey: ['downtime-bundle', brought.signature],
    queryFn: ({ signal }) => isOurs({ bundle: brought.bundle, signature: brought.signature }, signal),
    retry: false,
  });
  const stale = held === undefined ? 'This is no bundle.' : staleness(held, Date.now());
  if (held === undefined || stale !== undefined)
    return (
      <p className="bedside-alert" role="alert">
        ⬣ {stale} <Button onClick={again}>Choose another file</Button>
      </p>
    );
  if (ours.isPending) return <Waiting what="The bundle" rows={4} />;
  if (ours.isError) return <Failure error={new Error(refusalWords(ours.error))} again={() => void ours.refetch()} />;
  return <Entering held={held} brought={brought} />;
}
