// The answer of the checks as cards (CDS Hooks 2.0, "CDS Service Response"). stop is critical, interrupt is warning, aside is
// info; what could not be checked is a card of its own: an empty list means that everything was checked and is fine.
import { randomUUID } from 'node:crypto';
import type { Answer, Card } from '../../modules/medication-safety/contract.ts';
import { overrideReasons } from '../medication/override-reasons.ts';

const system = 'http://lamplight.example/CodeSystem/override-reason';
const indicators = { stop: 'critical', interrupt: 'warning', aside: 'info' } as const;

export interface ShownCard {
  uuid: string;
  /** What it stands for; undefined: the card of what could not be checked. */
  card?: Card;
  body: object;
}

export function cardsOf(answer: Answer, base: string | undefined): ShownCard[] {
  const source = {
    label: `Lamplight medication safety ${answer.checked.against.split(' ').at(-1) ?? ''}`,
    ...(base === undefined ? {} : { url: base }),
  };
  const shown: ShownCard[] = answer.cards.map((card) => {
    const uuid = randomUUID();
    return {
      uuid,
      card,
      body: {
        uuid,
        summary: card.summary,
        indicator: indicators[card.tier],
        detail: detailOf(card),
        source: {
          ...source,
          topic: { system: 'http://lamplight.example/CodeSystem/safety-category', code: card.category, display: card.category },
        },
        ...(card.tier === 'aside' ? {} : { overrideReasons: overrideReasons.map(({ code, display }) => ({ code, system, display })) }),
        extension: {
          'org.lamplight.rule': { ...card.rule, severity: card.severity, tier: card.tier },
          'org.lamplight.orders': card.orders,
        },
      },
    };
  });
  if (answer.couldNot.length > 0) {
    const uuid = randomUUID();
    const n = answer.couldNot.length;
    const first = answer.couldNot[0]!.why;
    shown.push({
      uuid,
      body: {
        uuid,
        summary: clip(n === 1 ? `Could not check: ${first}` : `Could not check ${n} things, the first: ${first}`),
        indicator: 'info',
        detail: `${answer.checked.says}\n\n${answer.couldNot.map(({ category, why }) => `- ${category}: ${safe(why)}`).join('\n')}`,
        source,
        extension: { 'org.lamplight.could-not-check': answer.couldNot },
      },
    });
  }
  return shown;
}

const clip = (text: string): string => (text.length <= 140 ? text : `${text.slice(0, 139)}…`);
/** Words of the chart inside Markdown: nothing in them is a link, an image or HTML. */
const safe = (text: string): string => text.replace(/[\\`*_{}[\]<>()#!|]/g, (sign) => `\\${sign}`);

function detailOf(card: Card): string {
  const lines = [safe(card.detail), '', `**What to do:** ${safe(card.management)}`];
  if (card.facts.length > 0)
    lines.push(
      '',
      '**Because:**',
      ...card.facts.map((fact) => `- ${safe(fact.says)}${fact.ref === undefined ? '' : ` (${safe(fact.ref)})`}`),
    );
  if (card.notKnown.length > 0) lines.push('', `**Not known:** ${safe(card.notKnown.join(', '))}`);
  if (card.silencedBy.length > 0) lines.push('', `**Would not interrupt if:** ${safe(card.silencedBy.join('; '))}`);
  const evidence = card.evidence === undefined ? '' : ` Evidence: ${card.evidence}.`;
  lines.push(
    '',
    `Rule ${card.rule.id}, ${card.rule.file} ${card.rule.version}, reviewer: ${card.rule.reviewer}.${evidence} Source: ${safe(card.source)}`,
  );
  return lines.join('\n');
}
