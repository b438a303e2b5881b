// ZBE: the movement that an ADT message is of (IHE Patient Administration Management, ITI TF-2 3.31.6.1; so sent in France and Germany). Where
// the patient is since when, and who is responsible for the visit from then on. What a movement is numbered and why it is sent again have
// no element: R4 has no movements.
import { DTM } from '../codecs.ts';
import { isObject } from '../place.ts';
import { rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import { XON } from '../types/people.ts';

const movement = rows('ZBE', [['ZBE-7', 'serviceProvider', XON]]);
const started = rows('ZBE', [['ZBE-2', 'start', DTM]]);

/** Movements that bring the patient to where PV1-3 says; others (a discharge, leave, another doctor) begin at another time than the stay. */
const arrivals = new Set(['A01', 'A02', 'A04', 'A06', 'A07']);

/** A segment of that name that is not IHE's is kept, and so is what is taken back or told of the past (ZBE-5). */
export const zbe: Teller = (segment, scene) => {
  const { encounter, story } = scene;
  const current = /^(INSERT|UPDATE)$/.test(segment.text(4).trim()) && segment.text(5).trim() !== 'Y';
  if (encounter === undefined || !current || !/^\d{8}/.test(segment.text(2))) return;
  if (encounter.resource['serviceProvider'] === undefined) movement.read(segment, encounter.place, story);
  // ZBE-6: the event that is corrected.
  const event = segment.text(6).trim() || scene.event;
  const period = arrivals.has(event) ? placeOfStay(scene)?.child({ name: 'period' }, '') : undefined;
  if (period !== undefined) started.read(segment, period, story);
  const action = segment.field(4)?.leaf;
  if (action !== undefined) action.structural = true;
  const past = segment.field(5)?.leaf;
  if (past?.text === 'N') past.structural = true;
};

/** Where the patient is now, PV1-3. */
function placeOfStay({ encounter }: Scene) {
  const locations = encounter?.resource['location'];
  const now = Array.isArray(locations) ? locations.find((one) => isObject(one) && one['status'] === 'active') : undefined;
  return now === undefined ? undefined : encounter?.place.holding(now);
}
