// Forecasts: what comes to the emergency department, which wards fill, who is missing in which shift; each with its error in the past beside.
import { Go, useAsked } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { Soon } from '../../parts/soon.tsx';
import { ArrivalsView } from './arrivals.tsx';
import { BedsView } from './beds.tsx';
import { StaffView } from './staff.tsx';
import '../../parts/lists.css';
import './forecasts.css';

const views = [
  { view: 'beds', name: 'Beds', show: BedsView },
  { view: 'arrivals', name: 'Arrivals', show: ArrivalsView },
  { view: 'staff', name: 'Staff', show: StaffView },
] as const;

export default function Forecasts() {
  const [asked] = useAsked();
  const { view, ...rest } = asked;
  const shown = views.find((each) => each.view === view) ?? views[0];
  const filters = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const Show = shown.show;
  return (
    <Page title="Forecasts" filters={[shown.name, ...filters].join(', ')}>
      <nav className="views" aria-label="Parts of forecasts">
        {views.map((each) => (
          <Go key={each.view} to="/app/forecasts" asked={{ ...rest, view: each.view }} aria-current={each === shown ? 'page' : undefined}>
            {each.name}
          </Go>
        ))}
      </nav>
      <Soon>
        <Show />
      </Soon>
    </Page>
  );
}
