// An indicator as it stands in a file, read and held to its form: what cannot be computed is refused with what to do. The schema beside the files says the
// same to editors.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Indicator } from './contract.ts';
import { needsOf } from './evaluate.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = ['name', 'title', 'question', 'version', 'reviewer', 'licence', 'unit', 'limits'] as const;

function isIndicator(file: Record<string, unknown>): file is Record<string, unknown> & Indicator {
  const { denominator, measure, numerator, events, time, needs, denominatorLeast } = file;
  const own = { share: numerator, rate: events, time };
  return (
    file['kind'] === 'indicator' &&
    texts.every((name) => typeof file[name] === 'string' && file[name] !== '') &&
    isObject(file['source']) &&
    typeof denominatorLeast === 'number' &&
    isObject(needs) &&
    isObject(denominator) &&
    typeof denominator['view'] === 'string' &&
    typeof denominator['month'] === 'string' &&
    (measure === 'share' || measure === 'rate' || measure === 'time') &&
    isObject(own[measure])
  );
}

export function readIndicator(file: unknown): Result<Indicator> {
  if (!isObject(file) || !isIndicator(file))
    return fail(
      'invalid',
      'this is no indicator: see schema.json beside it for what it needs (a share a numerator, a rate events, a time its time)',
    );
  const [said, read] = [JSON.stringify(sorted(file.needs)), JSON.stringify(needsOf(file))];
  if (said !== read) return fail('invalid', `"needs" says ${said}, but what is read is ${read}; write the latter`, 'needs');
  return ok(file);
}

const sorted = (needs: Indicator['needs']): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(needs)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([view, columns]) => [view, [...columns].toSorted()]),
  );
