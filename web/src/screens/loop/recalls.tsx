// A recall: who was given or handed a drug of a lot, a number or a name. Those in beds stand first; printed, every dose is on the paper.
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { usePerson } from '../../app/session.tsx';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { useWedge } from '../bedside/use-wedge.ts';
import { type Recall, type RecallAsked, recallOfPackage, recallQuery } from './api.ts';
import { Views } from './loop.tsx';
import { NotRead } from './not-read.tsx';
import { askedWords, recallCsv } from './recall-words.ts';
import { RecalledPeople } from './recalled-people.tsx';

const lettersMin = 3;
const Camera = lazy(async () => ({ default: (await import('../bedside/camera.tsx')).Camera }));

export function Recalls() {
  const [asked] = useAsked();
  const wish: RecallAsked = { lot: asked['lot'], ndc: asked['ndc'], product: asked['product'], since: asked['since'] };
  const has = wish.lot !== undefined || wish.ndc !== undefined || wish.product !== undefined;
  const found = useQuery({ ...recallQuery(wish), enabled: has });
  const { name } = usePerson();
  const save = (): void => {
    if (found.data === undefined) return;
    const file = new FileOfParts('text/csv;charset=utf-8');
    file.add(recallCsv(found.data, [`Recall: ${askedWords(wish)}`, `Made ${new Date().toISOString()} by ${name}`]));
    file.save(`recall-${(wish.lot ?? wish.ndc ?? wish.product ?? '').replaceAll(/[^A-Za-z0-9.-]+/g, '-')}.csv`);
  };
  const filled = (found.data?.doses.length ?? 0) > 0;
  useOffer(filled ? [{ name: 'Download this recall as CSV', run: save }] : []);
  return (
    <Page
      title="Recall"
      filters={askedWords(wish)}
      actions={
        filled ? (
          <>
            <Button variant="default" onClick={() => window.print()}>
              Print
            </Button>
            <Button variant="default" onClick={save}>
              Download as CSV
            </Button>
          </>
        ) : undefined
      }
    >
      <Views view="recall" />
      <Form key={JSON.stringify(wish)} wish={wish} />
      <Package since={wish.since} />
      {!has ? (
        <Empty title="Who had it?">
          A lot finds doses whose code was scanned, and dispenses that name it. Where no lot is known, a number (NDC or GTIN) or part of the
          name finds whoever had the product at all. Or scan a package: its code says both.
        </Empty>
      ) : found.isPending ? (
        <Waiting what="The recall" rows={6} />
      ) : found.isError ? (
        <Failure title="The recall could not be made" error={found.error} again={() => void found.refetch()} />
      ) : (
        <Answer data={found.data} wish={wish} />
      )}
    </Page>
  );
}

function Form({ wish }: { wish: RecallAsked }) {
  const [, change] = useAsked();
  const [typed, setTyped] = useState(wish);
  const set = (name: keyof RecallAsked) => (event: { currentTarget: HTMLInputElement }) =>
    setTyped({ ...typed, [name]: event.currentTarget.value });
  const text = (name: keyof RecallAsked): string | undefined => typed[name]?.trim() || undefined;
  const short = text('lot') === undefined && text('ndc') === undefined && (text('product')?.length ?? 0) < lettersMin;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!short) change({ lot: text('lot'), ndc: text('ndc'), product: text('product'), since: text('since') });
  };
  return (
    <form className="recall-form" onSubmit={send}>
      <TextInput label="Lot" name="lot" maxLength={60} value={typed.lot ?? ''} onChange={set('lot')} />
      <TextInput label="NDC or GTIN" name="ndc" maxLength={14} value={typed.ndc ?? ''} onChange={set('ndc')} />
      <TextInput label="Product, part of its name" name="product" maxLength={100} value={typed.product ?? ''} onChange={set('product')} />
      <TextInput label="Since" name="since" type="date" value={typed.since ?? ''} onChange={set('since')} />
      <Button type="submit" disabled={short}>
        Find patients
      </Button>
    </form>
  );
}

/** A package in the hand: scanned anywhere on the page, or held to the camera. What its code says stands in the form. */
function Package({ since }: { since: string | undefined }) {
  const [, change] = useAsked();
  const client = useQueryClient();
  const [camera, setCamera] = useState(false);
  const [state, setState] = useState<{ busy?: true; problem?: string }>({});
  const scanned = async (raw: string): Promise<void> => {
    setCamera(false);
    setState({ busy: true });
    try {
      const found = await recallOfPackage(raw, since);
      const wish = { lot: found.lot, ndc: found.ndc, product: undefined, since };
      client.setQueryData(recallQuery(wish).queryKey, found);
      setState({});
      change(wish);
    } catch (error) {
      setState({ problem: error instanceof Error ? error.message : String(error) });
    }
  };
  useWedge((raw) => void scanned(raw));
  useOffer([{ name: 'Scan a package with the camera', run: () => setCamera(true) }]);
  return (
    <div className="recall-package">
      <p className="soft" role="status">
        {state.busy === true ? 'The package is being looked up …' : 'Or scan a package: lot and number are taken from its code.'}{' '}
        <Button variant="default" size="compact-sm" aria-expanded={camera} onClick={() => setCamera(!camera)}>
          Camera
        </Button>
      </p>
      {state.problem !== undefined && (
        <p className="recall-problem" role="alert">
          ▲ {state.problem}
        </p>
      )}
      {camera && (
        <Suspense fallback={<p role="status">The camera is being opened …</p>}>
          <Camera scanned={(raw) => void scanned(raw)} close={() => setCamera(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Answer({ data, wish }: { data: Recall; wish: RecallAsked }) {
  const inBeds = data.people.filter(({ place }) => place !== undefined).length;
  return (
    <>
      <NotRead parts={[...data.stops, ...data.notRead]} />
      {(data.means?.length ?? 0) > 1 && (
        <p className="soft">
          {data.ndc} can mean {data.means?.join(' or ')}: all were looked for.
        </p>
      )}
      {data.doses.length === 0 ? (
        <Empty title="Nobody is found">
          No dose and no dispense of {askedWords(wish)} is in the record. {data.says}
        </Empty>
      ) : (
        <>
          <p className="recall-sum" role="status">
            <strong>
              {data.people.length} {data.people.length === 1 ? 'patient' : 'patients'}, {inBeds} in a bed now
            </strong>
            , {data.doses.length} doses and dispenses. {data.says}
          </p>
          <RecalledPeople data={data} />
        </>
      )}
    </>
  );
}
