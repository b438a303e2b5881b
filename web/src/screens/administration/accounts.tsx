// Accounts of people: who there is, with which role and bounds; a new one, another role, another password, disabled.
import { Button, Group, Modal, PasswordInput, Select, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Role, roleNames } from '../../app/roles.ts';
import { usePerson } from '../../app/session.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { accounts, type Bounds, makeAccount, type ShownAccount, setPassword, setRole, turnAccount } from './api.ts';

type Opened = { deed: 'make' } | { deed: 'role' | 'password' | 'disable'; account: ShownAccount };

export function Accounts() {
  const client = useQueryClient();
  const person = usePerson();
  const [opened, setOpened] = useState<Opened>();
  const [said, setSaid] = useState('');
  const found = useQuery({ queryKey: ['accounts'], queryFn: accounts });
  const done = (words: string): void => {
    setOpened(undefined);
    setSaid(words);
    void client.invalidateQueries({ queryKey: ['accounts'] });
  };
  const enable = useMutation({
    mutationFn: (account: ShownAccount) => turnAccount(account.name, false),
    onSuccess: (account) => done(`${account.name} can sign in again.`),
  });
  if (found.isPending) return <Waiting what="The accounts" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  return (
    <>
      <Group mb="sm" className="page-actions">
        <Button onClick={() => setOpened({ deed: 'make' })}>New account…</Button>
        <span role="status">{said}</span>
      </Group>
      {enable.isError && <Failure error={enable.error} />}
      <Scrolling name="Accounts">
        <Table aria-label="Accounts of people">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Sees</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Made</Table.Th>
              <Table.Th className="off-paper">Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.map((account) => (
              <Table.Tr key={account.id}>
                <Table.Td className="long" dir="auto">
                  {account.name}
                  {account.id === person.id ? ' (you)' : ''}
                </Table.Td>
                <Table.Td>{roleNames[account.role] ?? account.role}</Table.Td>
                <Table.Td className="long">{boundsOf(account)}</Table.Td>
                <Table.Td>{account.disabled ? '⊘ Disabled' : '✓ Active'}</Table.Td>
                <Table.Td className="nowrap">{showDate(account.created)}</Table.Td>
                <Table.Td className="off-paper">
                  <Group gap={6} wrap="nowrap">
                    <Deed account={account} words="Role…" run={() => setOpened({ deed: 'role', account })} />
                    <Deed account={account} words="Password…" run={() => setOpened({ deed: 'password', account })} />
                    {account.disabled ? (
                      <Deed account={account} words="Enable" run={() => enable.mutate(account)} />
                    ) : (
                      <Deed account={account} words="Disable…" run={() => setOpened({ deed: 'disable', account })} />
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <p className="beneath">
        An account is never deleted: what it did stays in the audit trail under its name. Other programs sign in as clients: lamplight
        client.
      </p>
      <Modal
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={titleOf(opened)}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened?.deed === 'make' && <Make done={done} />}
        {opened?.deed === 'role' && <ChangeRole account={opened.account} done={done} />}
        {opened?.deed === 'password' && <Password account={opened.account} done={done} />}
        {opened?.deed === 'disable' && <Disable account={opened.account} done={done} />}
      </Modal>
    </>
  );
}

const titleOf = (opened: Opened | undefined): string =>
  opened === undefined
    ? ''
    : opened.deed === 'make'
      ? 'New account'
      : {
          role: `Role of ${opened.account.name}`,
          password: `New password for ${opened.account.name}`,
          disable: `Disable ${opened.account.name}`,
        }[opened.deed];

const boundsOf = ({ organisations, patients }: ShownAccount): string => {
  const parts = [
    ...(organisations === undefined ? [] : [`organisations ${organisations.join(', ')}`]),
    ...(patients === undefined ? [] : [`patients ${patients.join(', ')}`]),
  ];
  return parts.length === 0 ? 'The whole site' : parts.join('; ');
};

const Deed = ({ account, words, run }: { account: ShownAccount; words: string; run(): void }) => (
  <Button size="compact-sm" variant="default" onClick={run} aria-label={`${words.replace('…', '')}: ${account.name}`}>
    {words}
  </Button>
);

const roleChoices = Object.entries(roleNames).map(([value, label]) => ({ value, label }));

function BoundFields({ bounds, change }: { bounds: Bounds; change(bounds: Bounds): void }) {
  return (
    <>
      <Select
        label="Role"
        data={roleChoices}
        allowDeselect={false}
        value={bounds.role}
        onChange={(role) => change({ ...bounds, role: (role ?? bounds.role) as Role })}
      />
      <TagsInput
        label="Only patients of these organisations"
        description="Ids of Organization, each with Enter; none: the whole site"
        value={bounds.organisations ?? []}
        onChange={(ids) => change({ ...bounds, organisations: ids.length === 0 ? null : ids })}
      />
      {bounds.role === 'patient' && (
        <TagsInput
          label="Whose record"
          description="Ids of Patient: their own, a child’s"
          value={bounds.patients ?? []}
          onChange={(ids) => change({ ...bounds, patients: ids.length === 0 ? null : ids })}
        />
      )}
    </>
  );
}

function Form({
  words,
  busy,
  error,
  submit,
  children,
}: {
  words: string;
  busy: boolean;
  error: Error | null;
  submit(): void;
  children: ReactNode;
}) {
  const send = (event: FormEvent): void => {
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        {children}
        {error !== null && <Failure title="This was not done" error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {words}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Make({ done }: { done(words: string): void }) {
  const [name, setName] = useState('');
  const [password, setWord] = useState('');
  const [bounds, setBounds] = useState<Bounds>({ role: 'clinician', organisations: null, patients: null });
  const make = useMutation({
    mutationFn: () => makeAccount({ name: name.trim(), password, ...bounds }),
    onSuccess: (account) => done(`${account.name} can sign in.`),
  });
  return (
    <Form words="Make it" busy={make.isPending} error={make.error} submit={() => make.mutate()}>
      <TextInput
        label="Name"
        description="With which to sign in"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        autoComplete="off"
      />
      <BoundFields bounds={bounds} change={setBounds} />
      <NewPassword value={password} change={setWord} />
    </Form>
  );
}

const NewPassword = ({ value, change }: { value: string; change(value: string): void }) => (
  <PasswordInput
    label="Password"
    description="At least 12 characters: four words that have nothing to do with one another"
    required
    autoComplete="new-password"
    value={value}
    onChange={(event) => change(event.currentTarget.value)}
  />
);

function ChangeRole({ account, done }: { account: ShownAccount; done(words: string): void }) {
  const [bounds, setBounds] = useState<Bounds>({
    role: account.role,
    organisations: account.organisations ?? null,
    patients: account.patients ?? null,
  });
  const change = useMutation({
    mutationFn: () => setRole(account.name, bounds),
    onSuccess: () => done(`${account.name} is ${roleNames[bounds.role].toLowerCase()} from now on.`),
  });
  return (
    <Form words="Change it" busy={change.isPending} error={change.error} submit={() => change.mutate()}>
      <BoundFields bounds={bounds} change={setBounds} />
      <Text size="sm" c="dimmed">
        It holds within a second, also where the account is signed in.
      </Text>
    </Form>
  );
}

function Password({ account, done }: { account: ShownAccount; done(words: string): void }) {
  const [password, setWord] = useState('');
  const change = useMutation({
    mutationFn: () => setPassword(account.name, password),
    onSuccess: () => done(`${account.name} has a new password; its sessions have ended.`),
  });
  return (
    <Form words="Set it" busy={change.isPending} error={change.error} submit={() => change.mutate()}>
      <NewPassword value={password} change={setWord} />
    </Form>
  );
}

function Disable({ account, done }: { account: ShownAccount; done(words: string): void }) {
  const change = useMutation({
    mutationFn: () => turnAccount(account.name, true),
    onSuccess: () => done(`${account.name} cannot sign in any more.`),
  });
  return (
    <Form words="Disable it" busy={change.isPending} error={change.error} submit={() => change.mutate()}>
      <Text>Its sessions end at once and nobody signs in by it. It can be enabled again.</Text>
    </Form>
  );
}
