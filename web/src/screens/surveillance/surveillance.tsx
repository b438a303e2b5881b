// Surveillance: alerts at the left, one syndrome by day with its bounds in the middle, areas and rows below; what is chosen in one narrows the others.
// All of it is in the address, and on paper it is a brief with its method and limits.
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { AlertList } from './alert-list.tsx';
import { type Alert, alertsOf, areasOf, type Definitions, definitions, lateOf, seriesOf, type Wish } from './api.ts';
import { AreaCard } from './area-card.tsx';
import { askedOf, facetFilters } from './asked.ts';
import { BriefEnd } from './brief.tsx';
import { Controls } from './controls.tsx';
import { Curve } from './curve.tsx';
import { LineList } from './line-list.tsx';
import { Notes } from './notes.tsx';
import { Suspected } from './suspected.tsx';
import { addDays, classNames } from './words.ts';
import '../../parts/lists.css';
import './surveillance.css';
import './areas.css';

const daysUsual = 60;

export default function Surveillance() {
  const [asked] = useAsked();
  const known = useQuery({ queryKey: ['Encounter', 'surveillance', 'definitions'], queryFn: definitions, staleTime: 600_000 });
  const view = asked['view'] === 'suspected' ? 'suspected' : 'alerts';
  const today = known.data?.today;
  const to = asked['to'] ?? today;
  const from = asked['from'] ?? (to === undefined ? undefined : addDays(to, 1 - daysUsual));
  const filters = [
    from === undefined || to === undefined ? '' : `${from} to ${to}`,
    classNames[asked['class'] ?? 'EMER'] ?? '',
    ...facetFilters.flatMap((name) => (asked[name] === undefined ? [] : [`${name} ${asked[name]}`])),
  ].join(', ');
  return (
    <Page
      title="Surveillance"
      filters={filters}
      actions={
        <Button size="xs" variant="default" onClick={() => window.print()}>
          Print brief
        </Button>
      }
    >
      <nav className="views" aria-label="Parts of surveillance">
        <Go to="/app/surveillance" asked={{ ...asked, view: undefined }} aria-current={view === 'alerts' ? 'page' : undefined}>
          Alerts and syndromes
        </Go>
        <Go to="/app/surveillance" asked={{ ...asked, view: 'suspected' }} aria-current={view === 'suspected' ? 'page' : undefined}>
          Notifiable conditions
        </Go>
      </nav>
      {known.isPending ? (
        <Waiting what="Surveillance" />
      ) : known.isError ? (
        <Failure
          title="Surveillance could not be asked"
          error={
            'status' in known.error && known.error.status === 404
              ? new Error('The tables of the warehouse are switched off: the administrator sets LAMPLIGHT_WAREHOUSE=on.')
              : known.error
          }
          again={() => void known.refetch()}
        />
      ) : view === 'suspected' ? (
        <Suspected from={asked['from'] ?? addDays(known.data.today, -30)} to={to ?? known.data.today} allowed={known.data.rows} />
      ) : (
        <Watch known={known.data} from={from ?? known.data.today} to={to ?? known.data.today} />
      )}
    </Page>
  );
}

function Watch({ known, from, to }: { known: Definitions; from: string; to: string }) {
  const [asked, ask] = useAsked();
  const base: Wish = {
    syndrome: undefined,
    from,
    to,
    class: asked['class'],
    method: asked['method'],
    of: asked['of'],
    area: asked['area'],
    age: asked['age'],
    sex: asked['sex'],
    place: asked['place'],
  };
  const alerts = useQuery({
    queryKey: ['Encounter', 'surveillance', 'alerts', to, base.class, base.method, base.of],
    queryFn: () => alertsOf(base),
    placeholderData: keepPreviousData,
  });
  const named = asked['syndrome'] ?? alerts.data?.alerts[0]?.syndrome ?? 'influenza-like-illness';
  const syndrome = known.syndromes.find(({ name }) => name === named) ?? known.syndromes[0];
  const wish: Wish = { ...base, syndrome: syndrome?.name };
  // Without days chosen: those that are shown. Areas and rows are of these.
  const [first, last] = [asked['first'], asked['last']];
  const within: Wish = { ...wish, from: first ?? from, to: last ?? to };
  const queried = { enabled: asked['syndrome'] !== undefined || !alerts.isPending, placeholderData: keepPreviousData };
  const series = useQuery({ queryKey: ['Encounter', 'surveillance', 'series', wish], queryFn: () => seriesOf(wish), ...queried });
  const areas = useQuery({
    queryKey: ['Encounter', 'surveillance', 'areas', { ...within, area: undefined }],
    queryFn: () => areasOf({ ...within, area: undefined }),
    ...queried,
  });
  const late = useQuery({ queryKey: ['Encounter', 'surveillance', 'late', wish], queryFn: () => lateOf(wish), ...queried });
  const list = alerts.data?.alerts ?? [];
  const chosen = list.find(({ id }) => id === asked['alert']);
  const choose = (alert: Alert | undefined): void => {
    if (alert !== undefined) ask(askedOf(alert));
  };
  const beside = (step: number): Alert | undefined => {
    const at = list.findIndex(({ id }) => id === asked['alert']);
    return list[at === -1 ? 0 : (at + step + list.length) % list.length];
  };
  useOffer([
    { name: 'Next alert', keys: 's n', run: () => choose(beside(1)) },
    { name: 'Alert before', keys: 's p', run: () => choose(beside(-1)) },
    {
      name: 'All days and everybody',
      keys: 's a',
      run: () => ask({ first: undefined, last: undefined, area: undefined, age: undefined, sex: undefined, place: undefined }),
    },
    { name: 'Print brief', keys: 's b', run: () => window.print() },
  ]);
  return (
    <div className="watch">
      <aside className="watch-alerts" aria-label="Alerts">
        {alerts.isPending ? (
          <Waiting what="Alerts" />
        ) : alerts.isError ? (
          <Failure error={alerts.error} again={() => void alerts.refetch()} />
        ) : (
          <AlertList alerts={alerts.data} chosen={asked['alert']} />
        )}
      </aside>
      <div className="watch-main">
        <Controls known={known} syndrome={syndrome?.name ?? ''} from={from} to={to} values={series.data?.values} />
        {series.isPending ? (
          <Waiting what="The series" rows={10} />
        ) : series.isError ? (
          <Failure error={series.error} again={() => void series.refetch()} />
        ) : series.data.days.every(({ visits }) => visits === 0) ? (
          <Empty title="No visits in these days">
            Visits come from interfaces or are loaded with “lamplight load”; their chief complaint and diagnoses make the syndromes. Choose
            other days or another kind of visit above.
          </Empty>
        ) : (
          <>
            <Curve
              title={syndrome?.title ?? ''}
              question={syndrome?.question ?? ''}
              series={series.data}
              late={late.data}
              filters={base}
              days={known.timeZone}
            />
            {chosen !== undefined && <Notes alert={chosen} may={known.notes} />}
            {areas.isError ? (
              <Failure error={areas.error} again={() => void areas.refetch()} />
            ) : (
              areas.data !== undefined && (
                <AreaCard areas={areas.data} first={within.from ?? from} last={within.to ?? to} wish={wish} alerts={alerts.data} />
              )
            )}
            <LineList wish={within} allowed={known.rows} />
            {syndrome !== undefined && <BriefEnd syndrome={syndrome} series={series.data} alerts={alerts.data} />}
          </>
        )}
      </div>
    </div>
  );
}
