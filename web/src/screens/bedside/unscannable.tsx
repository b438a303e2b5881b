// When the scanner cannot read it: why, as a code that is recorded and counted, and the digits below the bars where they can be read.
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Chips } from './chips.tsx';
import { notScannedReasons } from './marks.ts';

export function Unscannable({
  reason,
  choose,
  typed,
}: {
  reason: string | undefined;
  choose(reason: string | undefined): void;
  typed(code: string): void;
}) {
  const [code, setCode] = useState('');
  return (
    <form
      className="card bedside-unscannable"
      aria-label="It cannot be scanned"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined || code.trim() === '') return;
        typed(code.trim());
        setCode('');
      }}
    >
      <Chips
        label="Why can it not be scanned?"
        choices={notScannedReasons}
        value={reason}
        choose={(one) => choose(one === reason ? undefined : one)}
      />
      <p>
        It is recorded with the dose and counted, so that labels and scanners get mended. Compare name, drug, strength and dose word by
        word, and choose the order from the list.
      </p>
      <div className="bedside-typed">
        <TextInput
          label="The digits below the bars, if they can be read"
          size="lg"
          autoComplete="off"
          maxLength={200}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="lg" variant="default" disabled={reason === undefined || code.trim() === ''}>
          Use this code
        </Button>
      </div>
      {reason === undefined && code !== '' && <p className="beneath">First say why it cannot be scanned.</p>}
    </form>
  );
}
