// What there is: dashboards by the work that they are for, and all questions, found by a few letters.
import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import type { Role } from '../../app/roles.ts';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { allDashboards, allQuestions, type Dashboard, type Question } from './api.ts';
import { lacksFor, mayAsk, mayKeep } from './rights.ts';

export function Home() {
  const [{ find = '' }, setAsked] = useAsked();
  const { role } = usePerson();
  const dashboards = useQuery({ queryKey: ['analytics', 'dashboards'], queryFn: allDashboards });
  const questions = useQuery({ queryKey: ['analytics', 'questions'], queryFn: allQuestions });
  const error = dashboards.error ?? questions.error;
  return (
    <Page
      title="Analytics"
      actions={
        <Group gap="xs">
          <Button component={Go} to="/app/analytics" asked={{ report: '' }} variant="default">
            Reports
          </Button>
          {mayAsk(role) && (
            <Button component={Go} to="/app/analytics" asked={{ sql: 'select ' }} variant="default">
              Ask in SQL
            </Button>
          )}
        </Group>
      }
    >
      {error !== null ? (
        <Failure
          error={error}
          again={() => {
            void dashboards.refetch();
            void questions.refetch();
          }}
        />
      ) : dashboards.data === undefined || questions.data === undefined ? (
        <Waiting what="What can be asked" />
      ) : (
        <>
          <TextInput
            label="Find a dashboard or question"
            placeholder="arrivals, length of stay, glucose …"
            value={find}
            maw={420}
            mb="md"
            onChange={(event) => setAsked({ find: event.currentTarget.value }, { replace: true })}
            data-search
          />
          <Dashboards all={dashboards.data.filter((one) => fits(one, find, one.audience) && shows(one, questions.data, role))} />
          <Questions all={questions.data.filter((one) => fits(one, find, one.sql))} role={role} />
          {mayKeep(role) && (
            <p className="soft">
              Questions and dashboards are text files that can live in git: docs/analytics.md says how.{' '}
              <Go to="/app/analytics" asked={{ board: 'new', change: '1' }}>
                Make a dashboard
              </Go>
            </p>
          )}
        </>
      )}
    </Page>
  );
}

/** Of a dashboard whose every tile asks a journal that the role may not ask, there would be nothing to see. */
const shows = ({ tiles = [] }: Dashboard, questions: readonly Question[], role: Role): boolean => {
  const asked = tiles.flatMap((tile) => questions.find(({ name }) => name === tile.question) ?? []);
  return asked.length === 0 || asked.some((one) => (one.journals ?? []).length === 0 || lacksFor(role, one) === undefined);
};

const fits = ({ name, title = '', description = '' }: Question | Dashboard, find: string, more = ''): boolean => {
  const text = `${name} ${title} ${description} ${more}`.toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

function Dashboards({ all }: { all: Dashboard[] }) {
  if (all.length === 0) return null;
  return (
    <section className="analytics-part" aria-label="Dashboards">
      <h2>Dashboards</h2>
      <ul className="boards">
        {all.map(({ name, title, audience, tiles, problem, site }) => (
          <li key={name}>
            <Go to="/app/analytics" asked={{ board: name }} className="card board-card">
              <strong dir="auto">{title ?? name}</strong>
              {problem === undefined ? (
                <span className="soft">
                  {audience === undefined || audience === '' ? '' : `for ${audience} · `}
                  {tiles?.length ?? 0} tiles{site ? ' · of this site' : ''}
                </span>
              ) : (
                <span className="mistake">▲ {problem}</span>
              )}
            </Go>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Questions({ all, role }: { all: Question[]; role: Role }) {
  if (all.length === 0)
    return (
      <Empty title="No question has these words">
        Take a word out, or ask in SQL: the tables and their columns are described beside the editor.
      </Empty>
    );
  return (
    <section className="analytics-part" aria-label="Questions">
      <h2>
        Questions <span className="count">{all.length}</span>
      </h2>
      <ul className="questions">
        {all.map(({ name, title, description, problem, summary, journals, site }) => (
          <li key={name}>
            <Go to="/app/analytics" asked={{ question: name }} dir="auto">
              {title ?? name}
            </Go>
            <span className="soft">
              {' '}
              {problem === undefined ? description : ''}
              {site ? ' Of this site.' : ''}
              {problem === undefined ? ` ${lacksFor(role, { summary, journals }) ?? ''}` : ''}
            </span>
            {problem !== undefined && <span className="mistake"> ▲ {problem}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
