// A dashboard: tiles that ask their questions side by side, one bar of parameters for all, each mark leading to what lies behind it.
// Who keeps dashboards changes the file here.
import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Go, useAsked, useGo } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { AnswerTable } from './answer-table.tsx';
import { allQuestions, type Dashboard, keepDashboard, oneDashboard, type Question, runQuestion, type Tile } from './api.ts';
import { asOfWords } from './as-of.ts';
import { Drawing } from './drawing.tsx';
import { marked, targetOf } from './leads.tsx';
import { among, givenIn, ParameterBar } from './parameter-bar.tsx';
import { suggested } from './plotted.ts';
import { pdfAddress } from './reports-api.ts';
import { lacksFor, mayKeep } from './rights.ts';

const blank: Dashboard = {
  name: '',
  site: true,
  version: '',
  title: 'A new dashboard',
  text: `${JSON.stringify({ title: 'A new dashboard', description: '', audience: '', tiles: [{ question: 'ed-arrivals-by-day', width: 2 }] }, undefined, 2)}\n`,
};

export function Board({ name }: { name: string }) {
  const isNew = name === 'new';
  const [asked] = useAsked();
  const board = useQuery({ queryKey: ['analytics', 'dashboard', name], queryFn: () => (isNew ? blank : oneDashboard(name)) });
  const questions = useQuery({ queryKey: ['analytics', 'questions'], queryFn: allQuestions });
  if (board.isError) return <Failure error={board.error} again={() => void board.refetch()} />;
  if (questions.isError) return <Failure error={questions.error} again={() => void questions.refetch()} />;
  if (board.isPending || questions.isPending) return <Waiting what="The dashboard" />;
  if (asked['change'] === '1' || isNew) return <Change key={board.data.version} board={board.data} />;
  if (board.data.problem !== undefined)
    return (
      <Failure title={`The file ${name}.json has a mistake`} error={new Error(board.data.problem)} again={() => void board.refetch()} />
    );
  return <Tiles board={board.data} questions={questions.data} />;
}

function Tiles({ board, questions }: { board: Dashboard; questions: Question[] }) {
  const [asked, setAsked] = useAsked();
  const { role } = usePerson();
  const { name, title = name, description, tiles = [] } = board;
  const byName = new Map(questions.map((one) => [one.name, one]));
  const free = tiles.flatMap((tile) =>
    (byName.get(tile.question)?.parameters ?? []).filter((one) => tile.parameters[one.name] === undefined),
  );
  // The first tile says what is usual where they differ; each keeps its own until something is set.
  const parameters = [...new Map(free.map((one) => [one.name, one])).values()];
  const given = among(givenIn(asked), parameters);
  return (
    <Page
      title={title}
      filters={Object.entries(given)
        .map(([parameter, value]) => `${parameter}: ${value}`)
        .join(' · ')}
      actions={
        <Group gap="xs">
          <Button variant="default" component="a" href={pdfAddress('dashboards', name, given)} download={`${name}.pdf`}>
            PDF
          </Button>
          <Button variant="default" onClick={() => window.print()}>
            Print
          </Button>
          {mayKeep(role) && (
            <Button variant="default" onClick={() => setAsked({ change: '1' })}>
              Change
            </Button>
          )}
        </Group>
      }
    >
      <p className="soft question-says">
        <Go to="/app/analytics">Analytics</Go> · <span dir="auto">{description}</span>
      </p>
      <ParameterBar
        parameters={parameters.map((one) => (usualOf(one.name, free) === undefined ? { ...one, usual: '' } : one))}
        given={given}
        set={(change) => setAsked(change)}
      />
      <div className="tiles">
        {tiles.map((tile, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a question may stand twice; tiles stay where they are
          <OneTile key={`${tile.question} ${at}`} tile={tile} question={byName.get(tile.question)} given={given} />
        ))}
      </div>
    </Page>
  );
}

/** Undefined where the tiles' questions differ: an empty field says "each its own". */
function usualOf(name: string, all: readonly { name: string; usual: string }[]): string | undefined {
  const usual = new Set(all.filter((one) => one.name === name).map((one) => one.usual));
  return usual.size === 1 ? [...usual][0] : undefined;
}

function OneTile({ tile, question, given }: { tile: Tile; question: Question | undefined; given: Record<string, string> }) {
  const { role } = usePerson();
  const lacks = (question?.journals ?? []).length === 0 ? undefined : lacksFor(role, question!);
  const parameters = { ...among(given, question?.parameters ?? []), ...tile.parameters };
  const found = useQuery({
    queryKey: ['analytics', 'run', tile.question, question?.version, parameters],
    queryFn: ({ signal }) => runQuestion(tile.question, parameters, signal),
    placeholderData: keepPreviousData,
    enabled: question !== undefined && question.problem === undefined && lacks === undefined,
    retry: false,
    refetchInterval: 60_000,
  });
  const title = tile.title ?? question?.title ?? tile.question;
  const wish = tile.chart ?? question?.chart ?? (found.data === undefined ? { kind: 'table' as const } : suggested(found.data));
  const asked = { question: tile.question, ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`p.${name}`, value])) };
  return (
    <section className={`card tile wide-${tile.width}`} aria-label={title}>
      <h2>
        <Go to="/app/analytics" asked={asked} title={question?.description} dir="auto">
          {title}
        </Go>
      </h2>
      {question === undefined ? (
        <p className="mistake">▲ There is no question “{tile.question}”.</p>
      ) : question.problem !== undefined ? (
        <p className="mistake">▲ Its file has a mistake: {question.problem}</p>
      ) : lacks !== undefined ? (
        <p className="soft">{lacks}</p>
      ) : found.isError ? (
        <p className="mistake">▲ {found.error.message}</p>
      ) : found.data === undefined ? (
        <p className={`soft ${wish.kind === 'number' ? 'tile-waits' : 'tile-waits-long'}`} aria-busy="true">
          …
        </p>
      ) : wish.kind === 'table' ? (
        <AnswerTable answer={found.data} drill={question.drill} title={title} />
      ) : found.data.rows.length === 0 ? (
        <p className="soft">Nothing in this time.</p>
      ) : (
        <Drawing
          answer={found.data}
          wish={wish}
          title={title}
          height={wish.kind === 'number' ? 60 : 190}
          link={targetOf(found.data, question.drill, 0) === undefined ? (_row, _words, mark) => mark : marked(found.data, question.drill)}
        />
      )}
      {found.data !== undefined && <p className="soft tile-as-of">{asOfWords(found.data)}</p>}
    </section>
  );
}

function Change({ board }: { board: Dashboard }) {
  const go = useGo();
  const client = useQueryClient();
  const [name, setName] = useState(board.name);
  const [text, setText] = useState(board.text ?? '');
  const [problem, setProblem] = useState<string>();
  const keep = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await keepDashboard(name, text, name === board.name ? board.version : undefined);
      await client.invalidateQueries({ queryKey: ['analytics'] });
      go('/app/analytics', { board: name });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Page title={board.name === '' ? 'A new dashboard' : `Change “${board.title ?? board.name}”`}>
      <TextInput
        label="Name of the file"
        description="small letters, digits and -; another name makes a copy"
        value={name}
        maw={360}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label="Dashboard"
        description="tiles name questions; width is 1 to 4 of four columns; docs/analytics.md has the form"
        value={text}
        autosize
        minRows={14}
        maxRows={34}
        mt="sm"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.85rem' } }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {problem !== undefined && (
        <p className="mistake" role="alert">
          ▲ {problem}
        </p>
      )}
      <Group mt="sm">
        <Button onClick={() => void keep()}>Keep for everybody</Button>
        <Button variant="default" component={Go} to="/app/analytics" asked={board.name === '' ? {} : { board: board.name }}>
          Leave it
        </Button>
      </Group>
    </Page>
  );
}
