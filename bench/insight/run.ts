// npm run bench -- insight [series]: forecasts and outbreak detectors beside R's on the same series in the same run; the bar is each method faster
// than R. Then the scan in space and time, and views. One part alone: `insight views [count]` (views as compiled beside the same by hand and an
// interpreter; Observations to Parquet), `insight outbreaks [series]` (detectors and scan), `insight tiles [observations]` (twenty questions of a
// dashboard at once), `insight freshness [changes] [observations]`, `insight pressure [observations] [seconds] [rounds]` (FHIR under questions),
// `insight hospital FOLDER NOW` (forecasts on a simulated year of `lamplight simulate --out FOLDER`).
import { detectorsBesideR } from './detectors.ts';
import { forecastsBesideR } from './forecasts.ts';
import { freshness } from './freshness.ts';
import { hospitalYear } from './hospital-year.ts';
import { pressure } from './pressure.ts';
import { scanOfAState } from './scans.ts';
import { observationsToParquet } from './tables.ts';
import { tilesOfADashboard } from './tiles.ts';
import { viewsBeside } from './views.ts';

const [what = '20', count, more, most] = process.argv.slice(2);
const fiveMillion = 5_000_000;
const alone: Readonly<Record<string, () => Promise<void>>> = {
  tiles: () => tilesOfADashboard(Number(count ?? fiveMillion), 5),
  freshness: () => freshness(Number(count ?? 100), more === undefined ? undefined : Number(more)),
  hospital: () => hospitalYear(count ?? '', more ?? new Date().toISOString()),
  pressure: () => pressure(Number(count ?? fiveMillion), Number(more ?? 15), Number(most ?? 3)),
};

if (Object.hasOwn(alone, what)) await alone[what]?.();
else {
  const onlyOne = what === 'views' || what === 'outbreaks';
  if (!onlyOne) forecastsBesideR(Number(what));
  if (what !== 'views') {
    detectorsBesideR(Number(onlyOne ? (count ?? '8') : what));
    scanOfAState(2000, 90, 5000, 99);
  }
  if (what !== 'outbreaks') {
    viewsBeside();
    await observationsToParquet(Number(what === 'views' ? (count ?? '100000') : '100000'));
  }
}
