// Whom a report tells by e-mail: in its form, in its facts, and what became of it beside each run. A message has a link and no numbers.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addressesIn } from './report-text.ts';
import { allReports, type Letter, type Report } from './reports-api.ts';

type Mail = NonNullable<Report['mail']>;

export function MailFields({
  mail,
  disabled,
  set,
}: {
  mail: Partial<Mail> | undefined;
  disabled: boolean;
  set(mail: Mail | undefined): void;
}) {
  const { data } = useQuery({ queryKey: ['analytics', 'reports'], queryFn: allReports });
  const [typed, setTyped] = useState(Array.isArray(mail?.to) ? mail.to.join(', ') : '');
  const attach = mail?.attach === true;
  const change = (to: readonly string[], also: boolean): void => set(to.length === 0 ? undefined : { to: [...to], attach: also });
  return (
    <>
      <TextInput
        label="Tell by e-mail"
        description={
          data?.mailed === false
            ? 'This site sends no e-mail: an administrator sets LAMPLIGHT_MAIL_HOST'
            : 'Up to 20 addresses, with commas between. They get a link that asks them to sign in, and no numbers'
        }
        mt="sm"
        maw={660}
        value={typed}
        disabled={disabled}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          change(addressesIn(event.currentTarget.value), attach);
        }}
      />
      <Checkbox
        label="with the PDF attached, where all of its questions give counts and no persons"
        mt="xs"
        checked={attach}
        disabled={disabled || addressesIn(typed).length === 0}
        onChange={(event) => change(addressesIn(typed), event.currentTarget.checked)}
      />
    </>
  );
}

export function MailFacts({ mail, mailed }: { mail: Mail | undefined; mailed: boolean }) {
  if (mail === undefined) return null;
  return (
    <>
      <dt>Tells</dt>
      <dd>
        {mail.to.join(', ')}
        {mail.attach ? ', with the PDF where it gives counts only' : ''}
        {mailed ? '' : '. This site sends no e-mail: LAMPLIGHT_MAIL_HOST is not set'}
      </dd>
    </>
  );
}

const stateWords: Record<Letter['state'], string> = {
  waiting: '… waits',
  sending: '… is being sent',
  sent: '✓ told',
  refused: '▲ refused',
  failed: '▲ not told',
  unknown: '? not known',
};

/** `again`: of a message that did not arrive, or of which nobody knows; absent where e-mail is not sent. */
export function Letters({ letters, again }: { letters: readonly Letter[]; again?: (address: string) => Promise<unknown> }) {
  if (letters.length === 0) return null;
  return (
    <ul className="report-letters" aria-label="Told by e-mail">
      {letters.map((letter) => (
        <li key={letter.address} className={letter.state === 'refused' || letter.state === 'failed' ? 'mistake' : 'soft'}>
          {letter.address}: {stateWords[letter.state]}
          {letter.says === null ? '' : `. ${letter.says}`}
          {again !== undefined && (letter.state === 'unknown' || letter.state === 'failed') && <Again letter={letter} again={again} />}
        </li>
      ))}
    </ul>
  );
}

function Again({ letter, again }: { letter: Letter; again: (address: string) => Promise<unknown> }) {
  const send = useMutation({ mutationFn: () => again(letter.address) });
  return (
    <>
      {' '}
      <Button size="compact-xs" variant="default" loading={send.isPending} onClick={() => send.mutate()}>
        Send again
      </Button>
      {letter.state === 'unknown' && ' It may arrive twice.'}
      {send.isError && (
        <span className="mistake" role="alert">
          {' '}
          ▲ {send.error.message}
        </span>
      )}
    </>
  );
}
