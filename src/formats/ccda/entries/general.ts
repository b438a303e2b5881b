// Statements of templates that are not known, by what CDA itself says of them: their class and mood.
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { childOf, type Element } from '../tree/tree.ts';
import { media } from './attachments.ts';
import { supply } from './devices.ts';
import { encounter } from './encounters.ts';
import { goal } from './goals.ts';
import { medications } from './medications.ts';
import { noteActivity } from './notes.ts';
import { observation, panel } from './observation.ts';
import { isPlanned } from './parts.ts';
import { procedure, request } from './procedures.ts';
import { inside } from './resource.ts';

const [medication] = medications;

const kinds: Record<string, (from: Element, cx: Conversion) => Draft[]> = {
  observation: (from, cx) => {
    if (cx.value(from, 'moodCode') === 'GOL') return [goal(from, cx)];
    return [isPlanned(from, cx) ? request(from, cx) : observation(from, cx)];
  },
  organizer: (from, cx) => (childOf(from, 'code') === undefined ? inside(from, cx) : panel(from, cx)),
  // An act without a code of its own only holds others together.
  act: (from, cx) => {
    const code = cx.value(childOf(from, 'code'), 'code');
    if (cx.value(childOf(from, 'text'), 'representation') === 'B64') return [noteActivity(from, cx)];
    if (code === undefined || code === 'CONC') return inside(from, cx);
    return [isPlanned(from, cx) ? request(from, cx) : procedure(from, cx)];
  },
  procedure: (from, cx) => [isPlanned(from, cx) ? request(from, cx) : procedure(from, cx)],
  encounter: (from, cx) => [encounter(from, cx)],
  substanceAdministration: (from, cx) => medication?.convert(from, cx) ?? [],
  supply: (from, cx) => supply(from, cx),
  observationMedia: (from, cx) => {
    const value = childOf(from, 'value');
    const draft = value === undefined ? undefined : media(value, cx);
    return draft === undefined ? [] : [draft];
  },
};

export const general = (from: Element, cx: Conversion): Draft[] => kinds[from.name]?.(from, cx) ?? [];
