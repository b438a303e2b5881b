// What overrides suggest: a rule that is nearly always overridden, for one reason, would be quieter in that context. Only ever
// proposals: a person accepts (and the change then waits for signatures as any other) or rejects with a reason. Never for what must
// stop and never for the fifteen high-priority classes; and what people acted on is said, since it would be lost as well.
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { wilson } from '../../methods/proportion-interval.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';
import type { Person } from '../../policy/contract.ts';
import { askChange } from './governance-changes.ts';
import { ruleOf, signaturesFor } from './governance-signatures.ts';
import type { ProposalAnswer } from './governance-wish.ts';
import { contexts, levelOf } from './replay-wish.ts';
import type { RuleDoing, RulesDoing } from './rules.ts';
import { type Rate, rate } from './rules.ts';

/** At least so many overrides, and at least so large a share of what was decided (lower bound of its interval). */
export const overriddenLeast = 30;
export const shareLeast = 0.8;
/** Of the overrides, those for the reason that the context stands for. */
const reasonLeast = 0.5;

export interface Proposal {
  file: string;
  rule: string;
  version: string;
  context: string;
  says: string;
  /** What would be run over past orders to see it, as POST /medication/replay takes it. */
  replay: object;
  overridden: number;
  decided: number;
  overrideRate?: Rate;
  /** Orders that were changed after this card: whether they were in this context is not known, so each may be lost. */
  actedOn: number;
  signaturesNeeded: number;
}

export interface GuardedRule {
  file: string;
  rule: string;
  why: string;
}

export interface Proposals {
  proposals: Proposal[];
  /** Overridden as often, and yet nothing is proposed. */
  guarded: GuardedRule[];
}

export async function proposalsOf(database: Database, base: KnowledgeBase, doing: RulesDoing): Promise<Proposals> {
  const { rows: answered } = await database.query<{ file: string; rule: string; context: string; overridden: string }>({
    name: 'medication-proposals-answered',
    text: 'select file, rule, context, max(overridden)::text as overridden from medication_proposal_answer group by file, rule, context',
  });
  const answeredAt = new Map(answered.map((row) => [`${row.file}/${row.rule}|${row.context}`, Number(row.overridden)]));
  const found: Proposals = { proposals: [], guarded: [] };
  for (const row of doing.rules) {
    const decided = row.overridden + row.changed;
    if (row.overridden < overriddenLeast || wilson(row.overridden, decided).low < shareLeast) continue;
    const why = guardOf(base, row);
    if (why !== undefined) {
      found.guarded.push({ file: row.file, rule: row.rule, why });
      continue;
    }
    const known = ruleOf(base, row)!;
    for (const [context, { reason, says }] of Object.entries(contexts)) {
      if ((row.reasons[reason] ?? 0) < row.overridden * reasonLeast) continue;
      const before = answeredAt.get(`${row.file}/${row.rule}|${context}`);
      if (before !== undefined && row.overridden < before * 2) continue;
      found.proposals.push({
        file: row.file,
        rule: row.rule,
        version: row.version,
        context,
        says: `Let it stand aside where: ${says}. ${row.reasons[reason]} of ${row.overridden} overrides gave that reason.`,
        replay: { changes: [{ file: row.file, rule: row.rule, what: 'level', context }] },
        overridden: row.overridden,
        decided,
        overrideRate: rate(row.overridden, decided),
        actedOn: row.changed,
        signaturesNeeded: signaturesFor(known, 'level', undefined),
      });
    }
  }
  return found;
}

/** Why nothing is proposed for a rule. */
function guardOf(base: KnowledgeBase, row: Pick<RuleDoing, 'file' | 'rule'>): string | undefined {
  const known = ruleOf(base, row);
  if (known?.row === undefined) return 'its row is not in the knowledge any more, or it is built in';
  if (known.onc !== undefined) return `it is of the fifteen high-priority classes (${known.onc})`;
  if (known.tier === 'stop') return 'it must stop, or its levels say so in some context';
  if (known.tier === undefined) return 'its tier depends on the dose: look at its limits instead';
  if (base.local.has(ruleKey({ file: row.file, id: row.rule }))) return 'this site has changed it already';
  return undefined;
}

/** The id of the change that waits for signatures, where it was accepted. */
export async function answerProposal(
  database: Database,
  base: KnowledgeBase,
  doing: RulesDoing,
  answer: ProposalAnswer,
  person: Person,
  now: Date,
): Promise<Result<{ change?: string }>> {
  const { proposals } = await proposalsOf(database, base, doing);
  const proposal = proposals.find((each) => each.file === answer.file && each.rule === answer.rule && each.context === answer.context);
  if (proposal === undefined) return fail('not-found', 'There is no such proposal now: it was answered, or the figures have changed');
  const level = levelOf(proposal.context)!;
  const change = answer.accept
    ? await askChange(
        database,
        {
          file: proposal.file,
          rule: proposal.rule,
          version: proposal.version,
          what: 'level',
          level,
          why: answer.why,
          evidence: { overridden: proposal.overridden, decided: proposal.decided, actedOn: proposal.actedOn },
          signaturesNeeded: proposal.signaturesNeeded,
        },
        person,
        now,
      )
    : undefined;
  await database.query({
    text: `insert into medication_proposal_answer (file, rule, context, answer, overridden, account, name, why, change, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      answer.file,
      answer.rule,
      answer.context,
      answer.accept ? 'accepted' : 'rejected',
      proposal.overridden,
      person.id,
      person.name,
      answer.why,
      change ?? null,
      now.toISOString(),
    ],
  });
  return ok(change === undefined ? {} : { change });
}
