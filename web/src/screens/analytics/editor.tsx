// SQL of one's own: typed with completion, run with Ctrl+Enter, stopped, kept as a question for everybody. What is typed survives a
// crash of the browser; what was run is in the address.
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Refusal } from '../../api/http.ts';
import { newId } from '../../api/ids.ts';
import { Go, useAsked, useGo } from '../../app/go.tsx';
import { useDraft } from '../../app/use-draft.ts';
import { Page } from '../../parts/page.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { AnswerTable } from './answer-table.tsx';
import {
  type Answer,
  allTables,
  type ChartWish,
  chartKinds,
  type Detail,
  details,
  detailWords,
  keepQuestion,
  oneQuestion,
  type Question,
  runQuery,
  stopQuery,
  tryQuestion,
} from './api.ts';
import { asOfWords } from './as-of.ts';
import { Dictionary } from './dictionary.tsx';
import { Drawing } from './drawing.tsx';
import { among, givenIn, ParameterBar } from './parameter-bar.tsx';
import { suggested } from './plotted.ts';
import { SqlField } from './sql-field.tsx';
import { Taking } from './taking.tsx';

export function Editor({ name }: { name: string | undefined }) {
  const found = useQuery({
    queryKey: ['analytics', 'question', name],
    queryFn: () => oneQuestion(name ?? ''),
    enabled: name !== undefined,
  });
  const tables = useQuery({ queryKey: ['analytics', 'tables'], queryFn: allTables, staleTime: 300_000 });
  if (name !== undefined && found.isPending) return <Waiting what="The question" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  return (
    <>
      {tables.isError && <Failure title="The tables cannot be described" error={tables.error} again={() => void tables.refetch()} />}
      <Typing question={found.data} tables={tables.data ?? []} />
    </>
  );
}

interface Ran {
  answer?: Answer;
  problem?: { message: string; where?: string | undefined };
  sql: string;
}

/** A text with a head is a question, and has parameters; anything else is SQL alone. */
const isQuestion = (text: string): boolean => /^\s*--\s*[a-z]+\s*:/.test(text);

function Typing({ question, tables }: { question: Question | undefined; tables: Parameters<typeof SqlField>[0]['tables'] }) {
  const [asked, setAsked] = useAsked();
  const form = question === undefined ? 'sql' : `question:${question.name}`;
  const address = question === undefined ? '/app/analytics?sql=' : `/app/analytics?edit=${question.name}`;
  const draft = useDraft('analytics', form, question?.title ?? 'SQL', address, { text: question?.text ?? asked['sql'] ?? '' });
  const { text } = draft.value;
  const detail = details.find((one) => one === asked['detail']) ?? 'de-identified';
  const [ran, setRan] = useState<Ran>();
  const [running, setRunning] = useState<string>();
  const gone = useRef<AbortController>(undefined);
  const parameters = question?.parameters ?? [];
  const given = among(givenIn(asked), parameters);

  const run = async (): Promise<void> => {
    gone.current?.abort();
    const mine = new AbortController();
    gone.current = mine;
    const id = newId();
    setRunning(id);
    try {
      const answer = isQuestion(text)
        ? await tryQuestion(question?.name ?? 'untitled', text, given, mine.signal)
        : await runQuery({ sql: text, detail, id }, mine.signal);
      setRan({ answer, sql: text });
      if (question === undefined) setAsked({ sql: text }, { replace: true });
    } catch (error) {
      if (!(error instanceof DOMException)) setRan({ problem: problemOf(error), sql: text });
    } finally {
      if (gone.current === mine) setRunning(undefined);
    }
  };
  const stop = (): void => {
    if (running !== undefined) void stopQuery(running).catch(() => undefined);
    gone.current?.abort();
    setRunning(undefined);
    setRan({ problem: { message: 'Stopped.' }, sql: text });
  };

  return (
    <Page title={question === undefined ? 'Ask in SQL' : `Edit “${question.title ?? question.name}”`} filters={text.slice(0, 400)}>
      <p className="soft question-says">
        <Go to="/app/analytics">Analytics</Go> · SQL of DuckDB over the tables on the right, SELECT only. Ctrl+Space offers names,
        Ctrl+Enter runs.
        {draft.keptAt !== undefined && ' What you typed is kept here.'}
      </p>
      <div className="typing">
        <div>
          <SqlField
            text={text}
            tables={tables}
            change={(next) => draft.set({ text: next })}
            run={() => void run()}
            mistake={ran?.problem?.where}
          />
          <Group mt="xs" gap="sm" align="flex-end">
            <Button onClick={() => void run()} disabled={text.trim() === ''} loading={running !== undefined}>
              Run
            </Button>
            {running !== undefined && (
              <Button variant="default" onClick={stop}>
                Stop
              </Button>
            )}
            {!isQuestion(text) && (
              <NativeSelect
                label="Detail"
                size="xs"
                data={details.map((value) => ({ value, label: detailWords[value].split(':')[0]! }))}
                value={detail}
                onChange={(event) =>
                  setAsked({ detail: event.currentTarget.value === 'de-identified' ? undefined : event.currentTarget.value })
                }
              />
            )}
            {draft.keptAt !== undefined && (
              <Button variant="subtle" size="xs" onClick={draft.done}>
                Back to what it was
              </Button>
            )}
          </Group>
          {!isQuestion(text) && <p className="soft detail-says">{detailWords[detail]}.</p>}
          <ParameterBar parameters={parameters} given={given} set={(change) => setAsked(change)} />
          {ran?.problem !== undefined && (
            <p className="mistake" role="alert">
              ▲ {ran.problem.message}
              {ran.problem.where !== undefined &&
                /^\d+:\d+$/.test(ran.problem.where) &&
                ` (line ${ran.problem.where.replace(':', ', column ')})`}
            </p>
          )}
          <Keep question={question} text={text} ran={ran} detail={detail} kept={draft.done} />
        </div>
        <Dictionary tables={tables} />
      </div>
      {ran?.answer !== undefined && <Result answer={ran.answer} sql={ran.sql} detail={detail} />}
    </Page>
  );
}

function problemOf(error: unknown): { message: string; where?: string | undefined } {
  if (!(error instanceof Error)) return { message: String(error) };
  const body = error instanceof Refusal ? (error.body as { detail?: unknown } | undefined) : undefined;
  return { message: error.message, where: typeof body?.detail === 'string' ? body.detail : undefined };
}

function Result({ answer, sql, detail }: { answer: Answer; sql: string; detail: Detail }) {
  const [asked, setAsked] = useAsked();
  const suits = suggested(answer);
  const names = answer.columns.map(({ name }) => name);
  const kind = chartKinds.find((one) => one === asked['chart']);
  const wish: ChartWish = {
    kind: kind ?? suits.kind,
    x: asked['x'] ?? suits.x ?? names[0],
    y: asked['y'] ?? suits.y ?? names[1] ?? names[0],
    ...((asked['series'] ?? suits.series) === undefined ? {} : { series: asked['series'] ?? suits.series }),
  } as ChartWish;
  const pick = (label: string, name: string, value: string | undefined, data: readonly string[]) => (
    <NativeSelect
      label={label}
      size="xs"
      value={value ?? ''}
      data={[...data]}
      onChange={(event) => setAsked({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <section aria-label="Answer">
      <div className="answer-head">
        <span>
          {answer.rows.length.toLocaleString('en')} {answer.rows.length === 1 ? 'row' : 'rows'}
          {answer.cut ? ', and there are more' : ''} · {asOfWords(answer)} · {answer.milliseconds} ms
        </span>
        <Taking name="answer" title="An answer" answer={answer} query={isQuestion(sql) ? undefined : { sql, detail, parameters: {} }} />
      </div>
      <Group gap="sm" mb="xs">
        {pick('Chart', 'chart', wish.kind, chartKinds)}
        {wish.kind !== 'table' && pick('x', 'x', wish.x, names)}
        {wish.kind !== 'table' && pick('y', 'y', wish.y, names)}
        {wish.kind !== 'table' && wish.kind !== 'number' && pick('Series', 'series', wish.series, ['', ...names])}
      </Group>
      {wish.kind !== 'table' && answer.rows.length > 0 && (
        <section className="card" aria-label="Chart">
          <Drawing answer={answer} wish={wish} title="Answer" height={280} link={(_row, _words, mark) => mark} />
        </section>
      )}
      <AnswerTable answer={answer} title="Answer" />
    </section>
  );
}

function Keep({
  question,
  text,
  ran,
  detail,
  kept,
}: {
  question: Question | undefined;
  text: string;
  ran: Ran | undefined;
  detail: Detail;
  kept(): void;
}) {
  const [name, setName] = useState(question?.name ?? '');
  const [title, setTitle] = useState('');
  const [problem, setProblem] = useState<string>();
  const go = useGo();
  const client = useQueryClient();
  const whole = isQuestion(text);
  if (text.trim() === '' || (question === undefined && ran?.answer === undefined && !whole)) return null;
  const keep = async (): Promise<void> => {
    setProblem(undefined);
    try {
      const file = whole ? text : `-- title: ${title.trim()}\n-- detail: ${detail}\n${text}`;
      await keepQuestion(name, file, question?.name === name ? question.version : undefined);
      kept();
      await client.invalidateQueries({ queryKey: ['analytics'] });
      go('/app/analytics', { question: name });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details className="keep" open={question !== undefined}>
      <summary>Keep as a question for everybody</summary>
      <Group align="flex-end" gap="sm">
        <TextInput
          size="xs"
          label="Name of the file"
          description="small letters, digits and -"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {!whole && <TextInput size="xs" label="Title" value={title} onChange={(event) => setTitle(event.currentTarget.value)} />}
        <Button size="xs" onClick={() => void keep()} disabled={name === '' || (!whole && title.trim() === '')}>
          Keep
        </Button>
      </Group>
      {problem !== undefined && (
        <p className="mistake" role="alert">
          ▲ {problem}
        </p>
      )}
    </details>
  );
}
