// npm run bench -- insight [series]: forecasts beside R's on the same series in the same run. The bar is each method faster than R.
import { forecastsBesideR } from './forecasts.ts';

const [count = '20'] = process.argv.slice(2);
forecastsBesideR(Number(count));
