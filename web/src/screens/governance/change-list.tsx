// Changes of rules: what, who, why, on which evidence; those that wait are signed or refused here, those in force taken back.
import { useQueryClient } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { showTime } from '../../parts/dates.ts';
import { Empty } from '../../parts/states.tsx';
import { type Change, revokeChange, signChange } from './api.ts';
import { WithReason } from './parts.tsx';

const states: Readonly<Record<Change['state'], string>> = {
  waiting: '◷ Waits for a signature',
  'in-force': '✓ In force',
  refused: '✕ Refused',
  revoked: '↩ Taken back',
  superseded: '– Superseded',
};

export const whatWords = ({ what, tier, level }: Pick<Change, 'what' | 'tier' | 'level'>): string =>
  ({
    shadow: 'runs in shadow: not shown',
    retired: 'is put away',
    active: 'is shown',
    'at-most': `is shown no higher than ${tier}`,
    'at-least': `is shown no lower than ${tier}`,
    level: `stands aside where: ${level?.says ?? ''}`,
  })[what] ?? what;

export const mayChange = (role: string): boolean => ['administrator', 'clinician', 'pharmacist'].includes(role);

export function ChangeList({ changes, named = false }: { changes: readonly Change[]; named?: boolean }) {
  const client = useQueryClient();
  const person = usePerson();
  const again = (): void => void client.invalidateQueries({ queryKey: ['medication-rules'] });
  if (changes.length === 0)
    return (
      <Empty title="Nothing was changed here">
        A rule is changed from its own page, best after a replay. What makes a rule that interrupts quieter waits for a second person.
      </Empty>
    );
  return (
    <ul className="changes">
      {changes.map((change) => (
        <li key={change.id} className="card">
          <p>
            <strong>{states[change.state]}</strong>
            {change.state === 'waiting' && ` (${change.signatures.length} of ${change.signaturesNeeded})`} · The rule{' '}
            {named ? (
              <Go to="/app/governance" asked={{ file: change.file, rule: change.rule }}>
                {change.rule}
              </Go>
            ) : null}{' '}
            {whatWords(change)}
          </p>
          <p dir="auto">“{change.why}”</p>
          <p className="soft">
            {change.by.name} ({change.by.role}), {showTime(change.at)}, of version {change.version}
            {change.replay === undefined ? ' · without a replay' : ' · after a replay'}
            {change.signatures.map((one) => ` · signed by ${one.name}: “${one.words}”`)}
            {change.ended !== undefined && ` · ended by ${change.ended.by}, ${showTime(change.ended.at)}: “${change.ended.why}”`}
          </p>
          {mayChange(person.role) && change.state === 'waiting' && change.by.name !== person.name && (
            <WithReason
              label="What did you look at?"
              done={again}
              choices={[
                { name: 'Sign', run: (words) => signChange(change.id, true, words) },
                { name: 'Refuse', second: true, run: (words) => signChange(change.id, false, words) },
              ]}
            />
          )}
          {mayChange(person.role) && (change.state === 'in-force' || change.state === 'waiting') && (
            <details>
              <summary>Take it back</summary>
              <WithReason
                label="Why is it taken back?"
                done={again}
                choices={[{ name: 'Take back', second: true, run: (why) => revokeChange(change.id, why) }]}
              />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
