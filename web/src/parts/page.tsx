// The frame of a screen: its title, what can be done, and on paper who printed what, when, with which filters.
import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { usePerson } from '../app/session.tsx';
import { showTime } from './dates.ts';

export function Page({ title, actions, filters, children }: { title: string; actions?: ReactNode; filters?: string; children: ReactNode }) {
  const person = usePerson();
  useEffect(() => {
    document.title = `${title} · Lamplight`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <Title order={1}>{title}</Title>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      <p className="on-paper">
        {title}
        {filters === undefined || filters === '' ? '' : ` · ${filters}`} · printed by {person.name}, {showTime(new Date().toISOString())}
      </p>
      {children}
    </div>
  );
}
