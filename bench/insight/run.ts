// npm run bench -- insight [series]: forecasts beside R's on the same series in the same run; the bar is each method faster than R.
// npm run bench -- insight views: views as compiled beside the same by hand and an interpreter.
import { forecastsBesideR } from './forecasts.ts';
import { viewsBeside } from './views.ts';

const [what = '20'] = process.argv.slice(2);
if (what !== 'views') forecastsBesideR(Number(what));
viewsBeside();
