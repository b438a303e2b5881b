// What overrides suggest: accepted, it waits for signatures; rejected, with a reason, it comes again only when there are twice as many.
import { useQueryClient } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { answerProposal, type Proposal, type RuleName } from './api.ts';
import { mayChange } from './change-list.tsx';
import { rateWords } from './figures.ts';
import { WithReason } from './parts.tsx';

export function Proposals({ proposals, guarded }: { proposals: readonly Proposal[]; guarded: readonly (RuleName & { why: string })[] }) {
  const client = useQueryClient();
  const person = usePerson();
  if (proposals.length === 0 && guarded.length === 0) return null;
  return (
    <ul className="changes">
      {proposals.map((one) => (
        <li key={`${one.file}/${one.rule} ${one.context}`} className="card">
          <p>
            <strong>◇ Proposal</strong> for{' '}
            <Go to="/app/governance" asked={{ file: one.file, rule: one.rule }}>
              {one.rule}
            </Go>
            : {one.says}
          </p>
          <p className="soft">
            Overridden {rateWords(one.overrideRate)}. {one.actedOn} orders were changed after this card: they may be lost as well. It needs{' '}
            {one.signaturesNeeded} more {one.signaturesNeeded === 1 ? 'signature' : 'signatures'}.
          </p>
          {mayChange(person.role) && (
            <WithReason
              label="Why?"
              done={() => void client.invalidateQueries({ queryKey: ['medication-rules'] })}
              choices={[
                { name: 'Accept', run: (why) => answerProposal(one, true, why) },
                { name: 'Reject', second: true, run: (why) => answerProposal(one, false, why) },
              ]}
            />
          )}
        </li>
      ))}
      {guarded.map((one) => (
        <li key={`${one.file}/${one.rule}`} className="card">
          <p>
            Nothing is proposed for{' '}
            <Go to="/app/governance" asked={{ file: one.file, rule: one.rule }}>
              {one.rule}
            </Go>{' '}
            although it is overridden as often: {one.why}.
          </p>
        </li>
      ))}
    </ul>
  );
}
