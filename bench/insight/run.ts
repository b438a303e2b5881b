// npm run bench -- insight [series]: forecasts and outbreak detectors beside R's on the same series in the same run; the bar is each method faster
// than R. Then the scan in space and time, and views. One part alone: `insight views [count]` (views as compiled beside the same by hand and an
// interpreter; Observations to Parquet), `insight outbreaks [series]` (detectors and scan).
import { detectorsBesideR } from './detectors.ts';
import { forecastsBesideR } from './forecasts.ts';
import { scanOfAState } from './scans.ts';
import { observationsToParquet } from './tables.ts';
import { viewsBeside } from './views.ts';

const [what = '20', count] = process.argv.slice(2);
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
