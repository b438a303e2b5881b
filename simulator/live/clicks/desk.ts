// The staff of the living hospital at their screens: what their work asks them to look at, the notes that they sign themselves, and now and
// then a look that is nobody's work, which becomes truth when the server has answered it.
import { dayMs } from '../../calendar.ts';
import { randomOf } from '../../random.ts';
import { type FhirSpeaker, fhirSpeaker } from '../speak/fhir.ts';
import { outboxOf, type Said } from '../speak/outbox.ts';
import type { Happening, Truth, World } from '../world.ts';
import type { Entrance } from './account.ts';
import { type CuriousLook, curiousOf } from './curious.ts';
import { dutiesOf, type Look } from './duties.ts';
import type { OwnChart } from './own-charts.ts';
import { type PersonAtScreen, personAtScreen } from './person.ts';

export interface DeskOptions {
  address: string;
  seed: string | number;
  world: World;
  /** By `Practitioner/…`; grows while accounts are made. */
  staff: ReadonlyMap<string, Entrance>;
  ownCharts: readonly OwnChart[];
  said: Said;
  stopped: AbortSignal;
  plant(truth: Truth): void;
}

/** Looks that nobody's work asks for, on an average day. */
const curiousPerDay = 2;

export interface Desk {
  hear(happening: Happening): void;
  /** Writes what its author signs; undefined: the author has no account. */
  sign(happening: Happening): Promise<'taken' | 'refused' | 'away'> | undefined;
  readonly waiting: number;
  quiet(): Promise<void>;
}

export function deskOf({ address, seed, world, staff, ownCharts, said, stopped, plant }: DeskOptions): Desk {
  const random = randomOf(seed, 'clicks', world.nowMs);
  const people = new Map<string, { person: PersonAtScreen; speaker: FhirSpeaker }>();
  const at = (practitioner: string) => {
    const entrance = staff.get(practitioner);
    const known = people.get(practitioner);
    if (entrance === undefined || known !== undefined) return known;
    const person = personAtScreen(address, entrance);
    const one = { person, speaker: fhirSpeaker(`${address}/fhir`, () => person.token) };
    people.set(practitioner, one);
    return one;
  };
  const box = outboxOf<Look | CuriousLook>(
    async (look) => {
      const outcome = (await at(look.who)?.person.look(look)) ?? 'refused';
      if (outcome === 'taken' && 'which' in look) plant(truthOf(look, staff.get(look.who)?.name ?? ''));
      return outcome;
    },
    said,
    stopped,
  );
  const duties = dutiesOf(world.hospital, random);
  const curious = curiousOf({ hospital: world.hospital, random, inBeds: world.inBeds, staff: () => [...staff.keys()], ownCharts });
  const next = (): void => {
    const perDay = curiousPerDay * world.rates.planted;
    if (perDay <= 0) return;
    world.later(world.nowMs - (Math.log(1 - random.next()) / perDay) * dayMs, () => {
      const look = curious.look(world.nowMs);
      if (look !== undefined) box.put(look);
      next();
    });
  };
  next();
  return {
    hear(happening) {
      curious.hear(happening);
      if (staff.size === 0) return;
      for (const look of duties(happening)) if (staff.has(look.who)) world.later(look.atMs, () => box.put(look));
    },
    sign(happening) {
      const [note] = happening.resources;
      const author = note?.resourceType === 'DocumentReference' ? note.author?.[0]?.reference : undefined;
      const one = author === undefined ? undefined : at(author);
      if (one === undefined) return undefined;
      return one.person.token === ''
        ? one.person.signIn().then((entered) => (entered === 'taken' ? one.speaker.say(happening) : entered))
        : one.speaker.say(happening);
    },
    get waiting() {
      return box.waiting;
    },
    quiet: () => box.quiet(),
  };
}

const truthOf = ({ atMs, who, mrn, which, says }: CuriousLook, account: string): Truth => ({
  kind: 'inappropriate-access',
  at: new Date(atMs).toISOString(),
  mrn,
  about: [who],
  which,
  says: `${account} ${says}`,
});
