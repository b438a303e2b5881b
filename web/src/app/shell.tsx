// What stands around every screen: where one is, who is signed in, whether what is shown is live, and ways to everywhere by keyboard.
import { ActionIcon, Button, Kbd, Menu, Modal, Table, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { followChanges } from '../api/live.ts';
import { Columns } from '../parts/columns.tsx';
import { PatientBanner } from '../parts/patient-banner.tsx';
import { screens } from '../screens/screens.ts';
import { Go, useAsked, useGo } from './go.tsx';
import { useKeys } from './keys.ts';
import lamp from './lamp.svg';
import { useOffered } from './offers.ts';
import { Palette } from './palette.tsx';
import { roleNames } from './roles.ts';
import { usePerson } from './session.tsx';
import { UnsavedNotice, useLeaving, useSending } from './unsaved.tsx';

export function Shell() {
  const person = usePerson();
  const go = useGo();
  const client = useQueryClient();
  const [live, setLive] = useState<boolean>();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const [asked] = useAsked();
  const [, , here = '', below = ''] = pathname.split('/');
  const mine = screens.filter(({ roles }) => roles.includes(person.role));
  useEffect(() => followChanges(client, setLive), [client]);
  const named = ['orders', 'verification', 'bedside'].includes(here)
    ? asked['patient']
    : ['chart', 'record'].includes(here)
      ? decodeURIComponent(below)
      : undefined;
  const patient = named === '' ? undefined : named;
  const online = useOnline();
  useSending(live);
  const { leave, dialog } = useLeaving();
  const actions = [
    { name: 'Search for anything', keys: 'mod+k', run: () => setPalette(true) },
    { name: 'Keyboard map', keys: '?', run: () => setHelp(true) },
    ...mine
      .filter(({ below: further }) => further === undefined)
      .map(({ path, name, key }) => ({ name: `Go to ${name}`, keys: `g ${key}`, run: () => go(`/app/${path}`) })),
    ...useOffered(),
  ];
  useKeys(actions);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <Go to="/" className="brand" aria-label="Lamplight, to the start">
          <img src={lamp} alt="" width={24} height={24} /> Lamplight
        </Go>
        <Button
          variant="default"
          size="xs"
          className="find"
          onClick={() => setPalette(true)}
          justify="space-between"
          rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        >
          Patient, screen, action or code
        </Button>
        <span className={`live ${online && live !== false ? 'live-on' : 'live-off'}`} role="status">
          {!online ? 'No network' : live === false ? 'Not live: reconnecting' : live === true ? 'Live' : 'Connecting'}
        </span>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={scheme === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          <span aria-hidden="true">{scheme === 'dark' ? '☀' : '☾'}</span>
        </ActionIcon>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              size="xs"
              className="who-button"
              aria-label={`${person.name}, ${roleNames[person.role] ?? person.role}: menu`}
            >
              <span className="who-name" dir="auto">
                {person.name}
              </span>
              <span className="who-role">&nbsp;· {roleNames[person.role] ?? person.role}</span>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setHelp(true)}>Keyboard map</Menu.Item>
            <Menu.Item onClick={() => window.print()}>Print this screen</Menu.Item>
            <Menu.Item component="a" href="/docs">
              The API in words
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={leave}>Sign out</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <nav className="side" aria-label="Screens">
        {mine
          .filter(({ below: further }) => further === undefined)
          .map(({ path, name, says }) => (
            <Go key={path} to={`/app/${path}`} className="side-link" title={says} aria-current={here === path ? 'page' : undefined}>
              {name}
            </Go>
          ))}
        <Text size="xs" c="dimmed" className="side-note">
          Clinical content needs the review of your site before anyone relies on it.
        </Text>
      </nav>
      <main id="main" className="content" tabIndex={-1}>
        <UnsavedNotice away={!online || live === false} />
        {patient !== undefined && <PatientBanner id={patient} />}
        <Outlet />
      </main>
      {dialog}
      <Palette opened={palette} close={() => setPalette(false)} actions={actions} screens={mine} patient={patient} />
      <Modal opened={help} onClose={() => setHelp(false)} title="Keyboard map">
        <Table>
          <Columns of={['Keys', 'What they do']} />
          <Table.Tbody>
            {actions
              .flatMap(({ name, keys }) => (keys === undefined ? [] : [{ name, keys }]))
              .map(({ name, keys }) => (
                <Table.Tr key={name}>
                  <Table.Td>
                    {keys.split(' ').map((key) => (
                      <Kbd key={key}>{key.replace('mod', 'Ctrl')}</Kbd>
                    ))}
                  </Table.Td>
                  <Table.Td>{name}</Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </div>
  );
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return online;
}
