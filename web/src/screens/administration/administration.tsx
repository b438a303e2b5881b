// Administration: accounts, settings, jobs, terminology, backups, and who looked at what. Records officers see the last of these.
import type { ComponentType } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { Soon } from '../../parts/soon.tsx';
import { Accounts } from './accounts.tsx';
import { Audit } from './audit.tsx';
import { Backups } from './backups.tsx';
import { Jobs } from './jobs.tsx';
import { Questionnaires } from './questionnaires.tsx';
import { Settings } from './settings.tsx';
import { Terminology } from './terminology.tsx';
import '../../parts/lists.css';
import './administration.css';

const views: Readonly<Record<string, { name: string; officers?: true; view: ComponentType }>> = {
  accounts: { name: 'Accounts', view: Accounts },
  audit: { name: 'Who looked', officers: true, view: Audit },
  jobs: { name: 'Jobs', view: Jobs },
  terminology: { name: 'Terminology', view: Terminology },
  questionnaires: { name: 'Questionnaires', view: Questionnaires },
  backups: { name: 'Backups', view: Backups },
  settings: { name: 'Settings', view: Settings },
};

export default function Administration() {
  const [asked] = useAsked();
  const person = usePerson();
  const mine = Object.entries(views).filter(([, { officers }]) => person.role === 'administrator' || officers === true);
  const [first] = mine;
  const [path, shown] = mine.find(([name]) => name === asked['view']) ?? first ?? [];
  const Shown = shown?.view;
  return (
    <Page title={`Administration: ${shown?.name ?? ''}`} filters={filtersOf(asked)}>
      <nav className="views" aria-label="Parts of administration">
        {mine.map(([name, one]) => (
          <Go key={name} to="/app/administration" asked={{ view: name }} aria-current={path === name ? 'page' : undefined}>
            {one.name}
          </Go>
        ))}
      </nav>
      <Soon>{Shown === undefined ? null : <Shown />}</Soon>
    </Page>
  );
}

const filtersOf = (asked: Record<string, string | undefined>): string =>
  Object.entries(asked)
    .filter(([name, value]) => name !== 'view' && value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
