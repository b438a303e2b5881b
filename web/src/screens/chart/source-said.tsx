// Who said so, and what it rests on (http://hl7.org/fhir/R4/provenance.html).
import type { Provenance } from '../../../../src/fhir/generated/types.ts';
import { showTime } from '../../parts/dates.ts';
import { Waiting } from '../../parts/states.tsx';
import { conceptOf } from '../../parts/words.ts';
import { nameOfResource } from './resource-words.ts';
import { ToSource } from './to-source.tsx';

const versionIn = (reference: string | undefined): string | undefined => /\/_history\/(\w+)$/.exec(reference ?? '')?.[1];

/** Provenance of one version; of those that name no version it is of all. */
export const ofVersion = (provenance: readonly Provenance[], of: string, number: string): Provenance[] =>
  provenance.filter(({ target }) =>
    target.some(({ reference }) => reference === `${of}/_history/${number}` || (reference === of && versionIn(reference) === undefined)),
  );

export const agentsOf = ({ agent }: Provenance): string =>
  agent.map(({ who, type }) => [who.display ?? who.reference ?? 'not named', conceptOf(type)].filter(Boolean).join(', ')).join(' · ');

export function Said({ of, provenance, error }: { of: string; provenance: readonly Provenance[] | undefined; error: Error | undefined }) {
  if (error !== undefined)
    return (
      <section className="card" aria-label="Who said so">
        <h3>Who said so</h3>
        <p className="beneath">{error.message}</p>
      </section>
    );
  if (provenance === undefined) return <Waiting what="Who said so" rows={2} />;
  if (provenance.length === 0) return null;
  const [newest] = provenance;
  const entities = newest?.entity ?? [];
  return (
    <section className="card" aria-label="Who said so">
      <h3>Who said so</h3>
      <p>
        {newest === undefined ? '' : `${agentsOf(newest)}, ${showTime(newest.recorded)}`}{' '}
        <ToSource of={`Provenance/${newest?.id ?? ''}`}>Provenance</ToSource>
      </p>
      {entities.length > 0 && (
        <>
          <p className="beneath">It rests on</p>
          <ul className="basis">
            {entities.map(({ what, role }) => {
              const on = (what.reference ?? '').replace(/\/_history\/.*$/, '');
              return (
                <li key={`${role} ${what.reference ?? what.display ?? ''}`}>
                  {on === '' || on === of ? (
                    (what.display ?? 'not named')
                  ) : (
                    <ToSource of={on}>
                      {what.display ?? `${nameOfResource(on.split('/')[0] ?? '')} ${on.split('/')[1]?.slice(0, 8) ?? ''}`}
                    </ToSource>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}
