// lamplight simulate report: whether a simulated year looks like a hospital, figure by figure, with the source of what it is compared with.
import { compareYear } from '../../../simulator/live/report.ts';
import { printProblem } from '../print.ts';

export async function simulateReport(folder: string, options: { json?: boolean }): Promise<number> {
  const compared = await compareYear(folder);
  if (!compared.ok) return printProblem(compared.problem);
  for (const one of compared.value)
    console.log(
      options.json === true
        ? JSON.stringify(one)
        : `${one.fits ? 'fits ' : 'apart'}  ${one.what}: ${one.found} (published: ${one.published}; ${one.source}; ${one.review})`,
    );
  return compared.value.every(({ fits }) => fits) ? 0 : 1;
}
