// Who lies on a ward now: stays that run and name it, or a room or a bed of it, as their place.
import type { Location, Resource } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { PagedChart } from './safety.ts';

/** A stay that runs. One that is planned or over has nobody in a bed. */
export const running = 'arrived,triaged,in-progress,onleave';
const placesMax = 1000;
const staysMax = 2000;
const together = 50;
/** Building, wing, ward, room, bed. */
const levelsMax = 6;

export interface OnWard {
  name?: string;
  /** By id of the patient: the bed, where it has a name. */
  patients: Map<string, string>;
}

/** `ward` is `Location/1`. A place that is not known, or that the caller may not see, has nobody: `name` is then absent. */
export async function patientsOnWard(ward: string, chart: PagedChart): Promise<Result<OnWard>> {
  const top = await chart.read('Location', ward.slice('Location/'.length));
  if (!top.ok && top.problem.kind === 'busy') return top;
  const places = new Map<string, string>([[ward, '']]);
  let level = [ward];
  for (let depth = 0; depth < levelsMax && level.length > 0; depth++) {
    const inside = await inGroups(level, (some) => chart.pages('Location', `partof=${some}`, placesMax));
    if (!inside.ok) return inside;
    level = inside.value.flatMap((each) =>
      each.resourceType === 'Location' && !places.has(`Location/${each.id}`) ? [`Location/${each.id}`] : [],
    );
    for (const each of inside.value) if (each.resourceType === 'Location') places.set(`Location/${each.id}`, labelOf(each));
    if (places.size > placesMax)
      return fail('too-costly', `There are more than ${placesMax} places at this one: ask for a part of it`, 'ward');
  }
  const stays = await inGroups([...places.keys()], (some) => chart.pages('Encounter', `location=${some}&status=${running}`, staysMax));
  if (!stays.ok) return stays;
  const patients = new Map<string, string>();
  for (const stay of stays.value) {
    const id = stay.resourceType === 'Encounter' ? stay.subject?.reference?.match(/^Patient\/([A-Za-z0-9.-]{1,64})$/)?.[1] : undefined;
    if (stay.resourceType !== 'Encounter' || id === undefined) continue;
    const here = (stay.location ?? []).filter(
      ({ location, status }) => status !== 'completed' && status !== 'planned' && places.has(location.reference ?? ''),
    );
    const place = here.at(-1);
    if (place !== undefined) patients.set(id, places.get(place.location.reference ?? '') || (place.location.display ?? ''));
  }
  const name = top.ok && top.value.resourceType === 'Location' ? (top.value.name ?? ward) : undefined;
  return ok({ ...(name === undefined ? {} : { name }), patients });

  async function inGroups(
    references: readonly string[],
    asked: (some: string) => ReturnType<PagedChart['pages']>,
  ): Promise<Result<Resource[]>> {
    const all: Resource[] = [];
    for (let i = 0; i < references.length; i += together) {
      const page = await asked(encodeURIComponent(references.slice(i, i + together).join(',')));
      if (!page.ok) return page;
      // A ward of which a part was read would let somebody believe that the rest is empty.
      if (page.value.more) return fail('too-costly', 'There are too many at this place: ask for a part of it', 'ward');
      all.push(...page.value.resources);
    }
    return ok(all);
  }
}

export const labelOf = ({ name, alias }: Location): string => name ?? alias?.[0] ?? '';
