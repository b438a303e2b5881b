// One question: its parameters, its chart, its rows, what it means and where it goes from here.
import { Button, Group } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { AnswerTable } from './answer-table.tsx';
import { type Answer, detailWords, oneQuestion, type Question, runQuestion } from './api.ts';
import { asOfWords } from './as-of.ts';
import { Drawing } from './drawing.tsx';
import { marked } from './leads.tsx';
import { among, givenIn, ParameterBar } from './parameter-bar.tsx';
import { suggested } from './plotted.ts';
import { pdfAddress } from './reports-api.ts';
import { mayAsk } from './rights.ts';
import { Taking } from './taking.tsx';

export function OneQuestion({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['analytics', 'question', name], queryFn: () => oneQuestion(name) });
  if (found.isPending) return <Waiting what="The question" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.problem !== undefined)
    return (
      <Failure title={`The file ${name}.sql has a mistake`} error={new Error(found.data.problem)} again={() => void found.refetch()} />
    );
  return <Asking question={found.data} />;
}

function Asking({ question }: { question: Question }) {
  const [asked, setAsked] = useAsked();
  const { role } = usePerson();
  const { name, title = name, parameters = [], detail = 'de-identified' } = question;
  const given = among(givenIn(asked), parameters);
  const found = useQuery({
    queryKey: ['analytics', 'run', name, question.version, given],
    queryFn: ({ signal }) => runQuestion(name, given, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const used = Object.entries(found.data?.parameters ?? {}).map(([parameter, value]) => `${labelOf(question, parameter)}: ${value}`);
  return (
    <Page
      title={title}
      filters={[...used, ...(found.data === undefined ? [] : [asOfWords(found.data)])].join(' · ')}
      actions={
        <Group gap="xs">
          <Button variant="default" component="a" href={pdfAddress('questions', name, given)} download={`${name}.pdf`}>
            PDF
          </Button>
          {mayAsk(role) && (
            <Button component={Go} to="/app/analytics" asked={{ ...asked, question: undefined, edit: name }} variant="default">
              {question.site ? 'Edit' : 'Edit for this site'}
            </Button>
          )}
        </Group>
      }
    >
      <p className="soft question-says">
        <Go to="/app/analytics">Analytics</Go> · <span dir="auto">{question.description}</span>
      </p>
      <ParameterBar parameters={parameters} given={given} set={(change) => setAsked(change)} />
      {found.isPending ? (
        <Waiting what="The answer" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <Found question={question} answer={found.data} sql={mayAsk(role)} />
      )}
      <p className="soft">{detailWords[detail]}.</p>
    </Page>
  );
}

const labelOf = ({ parameters = [] }: Question, name: string): string => parameters.find((one) => one.name === name)?.label ?? name;

function Found({ question, answer, sql }: { question: Question; answer: Answer; sql: boolean }) {
  const { name, title = name, drill, detail = 'de-identified' } = question;
  const wish = question.chart ?? suggested(answer);
  return (
    <>
      {wish.kind !== 'table' && answer.rows.length > 0 && (
        <section className="card" aria-label="Chart">
          <Drawing answer={answer} wish={wish} title={title} height={300} link={marked(answer, drill)} />
        </section>
      )}
      <div className="answer-head">
        <span>
          {answer.rows.length.toLocaleString('en')} {answer.rows.length === 1 ? 'row' : 'rows'}
          {answer.cut ? ', and there are more' : ''} · {asOfWords(answer)} · {answer.milliseconds} ms
        </span>
        <Taking
          name={name}
          title={title}
          answer={answer}
          query={sql && question.sql !== undefined ? { sql: question.sql, detail, parameters: answer.parameters ?? {} } : undefined}
        />
      </div>
      <AnswerTable answer={answer} drill={drill} title={title} />
    </>
  );
}
