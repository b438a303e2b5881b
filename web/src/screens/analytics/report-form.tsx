// A report is made or changed: what it is called, of what, when and as what by fields; everything else in its text beneath.
import { Button, Checkbox, Group, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Go, useGo } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { allDashboards, allQuestions } from './api.ts';
import { MailFields } from './report-mail.tsx';
import { type Every, membersOf, scheduleFor, textOf, weekdays, withMember } from './report-text.ts';
import { keepReport, type Report, removeReport, type Schedule, type WholeReport } from './reports-api.ts';

const blank = textOf({ title: '', dashboard: 'hospital', parameters: {}, schedule: { every: 'week', on: 'monday', at: '07:00' }, formats: ['pdf'], keep: 30 }); // biome-ignore format: one report

export function ReportForm({ report }: { report?: WholeReport }) {
  const go = useGo();
  const client = useQueryClient();
  const [name, setName] = useState(report?.name ?? '');
  const [text, setText] = useState(report?.text ?? blank);
  const [problem, setProblem] = useState<string>();
  const members = membersOf(text);
  const set = (member: string, value: unknown): void => setText((before) => withMember(before, member, value));
  const doing = async (work: () => Promise<unknown>, then: string): Promise<void> => {
    setProblem(undefined);
    try {
      await work();
      await client.invalidateQueries({ queryKey: ['analytics'] });
      go('/app/analytics', { report: then });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Page title={report === undefined ? 'A new report' : `Change “${report.title ?? report.name}”`}>
      <Group align="end">
        <TextInput
          label="Name of the file"
          description="small letters, digits and -; another name makes a copy"
          value={name}
          w={300}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Title"
          value={String(members?.['title'] ?? '')}
          w={340}
          disabled={members === undefined}
          onChange={(event) => set('title', event.currentTarget.value)}
        />
      </Group>
      {members !== undefined && members['blocks'] === undefined && <Subject members={members} setText={setText} />}
      <When
        schedule={members?.['schedule'] as Schedule | undefined}
        disabled={members === undefined}
        set={(schedule) => set('schedule', schedule)}
      />
      <Checkbox.Group
        label="As"
        mt="sm"
        value={Array.isArray(members?.['formats']) ? members['formats'].map(String) : ['pdf']}
        onChange={(formats) => set('formats', formats)}
      >
        <Group mt={4}>
          <Checkbox value="pdf" label="PDF" />
          <Checkbox value="csv" label="CSV, a file for each question" />
        </Group>
      </Checkbox.Group>
      <MailFields mail={members?.['mail'] as Report['mail']} disabled={members === undefined} set={(mail) => set('mail', mail)} />
      <Textarea
        label="All of it"
        description="parameters are values by name; blocks are words of your own between questions; docs/analytics.md has the form"
        value={text}
        autosize
        minRows={10}
        maxRows={30}
        mt="sm"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.85rem' } }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {members === undefined && <p className="mistake">▲ The text is no JSON at the moment: the fields above wait for it.</p>}
      {problem !== undefined && (
        <p className="mistake" role="alert">
          ▲ {problem}
        </p>
      )}
      <p className="soft">It runs with your rights, as they are at that moment, until somebody else keeps it.</p>
      <Group mt="sm">
        <Button onClick={() => void doing(() => keepReport(name, text, name === report?.name ? report.version : undefined), name)}>
          Keep for everybody
        </Button>
        <Button variant="default" component={Go} to="/app/analytics" asked={{ report: report?.name ?? '' }}>
          Leave it
        </Button>
        {report?.site === true && (
          <Button variant="subtle" color="red" onClick={() => void doing(() => removeReport(report.name, report.version), '')}>
            Take it away with its files
          </Button>
        )}
      </Group>
    </Page>
  );
}

function Subject({ members, setText }: { members: Record<string, unknown>; setText(text: string): void }) {
  const dashboards = useQuery({ queryKey: ['analytics', 'dashboards'], queryFn: allDashboards });
  const questions = useQuery({ queryKey: ['analytics', 'questions'], queryFn: allQuestions });
  const kind = members['question'] === undefined ? 'dashboard' : 'question';
  const options = (kind: string, all: readonly { name: string; title?: string }[] = []) =>
    all.map(({ name, title }) => ({ value: `${kind} ${name}`, label: title ?? name }));
  return (
    <NativeSelect
      label="Of"
      mt="sm"
      maw={420}
      value={`${kind} ${String(members[kind] ?? '')}`}
      data={[
        { group: 'Dashboards', items: options('dashboard', dashboards.data) },
        { group: 'Questions', items: options('question', questions.data) },
      ]}
      onChange={(event) => {
        const [to = '', name] = event.currentTarget.value.split(' ');
        const { dashboard: _dashboard, question: _question, title, ...others } = members;
        setText(textOf({ title, [to]: name, ...others }));
      }}
    />
  );
}

function When({
  schedule,
  disabled,
  set,
}: {
  schedule: Schedule | undefined;
  disabled: boolean;
  set(schedule: Schedule | undefined): void;
}) {
  return (
    <Group align="end" mt="sm">
      <NativeSelect
        label="When"
        disabled={disabled}
        value={schedule?.every ?? 'never'}
        data={[
          { value: 'never', label: 'when somebody makes it' },
          { value: 'day', label: 'every day' },
          { value: 'week', label: 'every week' },
          { value: 'month', label: 'every month' },
        ]}
        onChange={(event) => set(scheduleFor(event.currentTarget.value as Every, schedule))}
      />
      {schedule?.every === 'week' && (
        <NativeSelect
          label="on"
          value={String(schedule.on)}
          data={weekdays.map((day) => ({ value: day, label: day.replace(/^./, (letter) => letter.toUpperCase()) }))}
          onChange={(event) => set({ ...schedule, on: event.currentTarget.value as (typeof weekdays)[number] })}
        />
      )}
      {schedule?.every === 'month' && (
        <NumberInput
          label="on day"
          w={90}
          min={1}
          max={31}
          value={Number(schedule.on)}
          onChange={(on) => set({ ...schedule, on: Number(on) })}
        />
      )}
      {schedule !== undefined && (
        <TextInput label="at" type="time" value={schedule.at} onChange={(event) => set({ ...schedule, at: event.currentTarget.value })} />
      )}
    </Group>
  );
}
