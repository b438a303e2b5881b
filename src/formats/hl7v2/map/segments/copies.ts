// OBR-28 and OBR-49: to whom the results are to go as well, and how (HL7 v2.8, section 4.5.3.28): a request that they be told, by
// CommunicationRequest. The official maps have nothing for it.

import type { SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, during, type Scene } from '../scene.ts';
import type { Thing } from '../story.ts';
import { tabled } from '../types/coded.ts';
import { XCN } from '../types/people.ts';

const copies = rows('OBR', [
  ['OBR-28', 'recipient[]', XCN],
  ['OBR-49', 'category[]', tabled('0507')],
]);

export function tellCopies(obr: SegmentParts, order: Thing, scene: Scene): void {
  if (obr.field(28) === undefined && obr.field(49) === undefined) return;
  const request = scene.story.thing('CommunicationRequest', ['copies', order.id]);
  if (!copies.read(obr, request.place, scene.story)) return;
  request.imply('status', 'active').point('basedOn[1]', order);
  if (scene.report !== undefined) request.point('about[1]', scene.report);
  about(scene, request, 'subject');
  during(scene, request);
}
