// npm run bench -- insight [series]: forecasts beside R's on the same series in the same run; the bar is each method faster than R.
// npm run bench -- insight views [count]: views as compiled beside the same by hand and an interpreter; Observations to Parquet.
import { forecastsBesideR } from './forecasts.ts';
import { observationsToParquet } from './tables.ts';
import { viewsBeside } from './views.ts';

const [what = '20', count = '100000'] = process.argv.slice(2);
if (what !== 'views') forecastsBesideR(Number(what));
viewsBeside();
await observationsToParquet(Number(count));
