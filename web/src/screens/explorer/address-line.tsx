// The search as others can use it: an address, and a command.
import { Button, CopyButton, Group } from '@mantine/core';
import { curlOf } from './criteria.ts';

export function AddressLine({ search }: { search: string }) {
  const address = `${window.location.origin}/fhir/${search}`;
  return (
    <Group gap="sm" mb="sm" className="address-line">
      <code>GET {address}</code>
      {[
        { words: 'Copy address', value: address },
        { words: 'Copy as curl', value: curlOf(address) },
      ].map(({ words, value }) => (
        <CopyButton key={words} value={value} timeout={2000}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} title={value}>
              {copied ? 'Copied' : words}
            </Button>
          )}
        </CopyButton>
      ))}
    </Group>
  );
}
