// Taking an answer along: as a file whose first lines say what it is of, and as a program that asks the same.
import { Button, Code, CopyButton, Group, Modal, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Refusal } from '../../api/http.ts';
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { type Answer, type Detail, sqlPort } from './api.ts';
import { wordsOf } from './plotted.ts';
import { snippetsOf } from './snippets.ts';

export interface TakingProps {
  name: string;
  title: string;
  answer: Answer;
  /** What was asked; absent where it may not be asked in SQL. */
  query?: { sql: string; detail: Detail; parameters: Readonly<Record<string, string | number>> } | undefined;
}

export function Taking({ name, title, answer, query }: TakingProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const [problem, setProblem] = useState<string>();
  const port = useQuery({ queryKey: ['analytics', 'sql-port'], queryFn: sqlPort, staleTime: 300_000, enabled: opened }).data ?? undefined;
  const whole = (accept: string, extension: string) => async (): Promise<void> => {
    setProblem(undefined);
    try {
      await downloadAll(query!, accept, `${name}.${extension}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Group gap="xs" className="taking">
      <Button size="xs" variant="default" onClick={() => save(new Blob([csvOf(title, answer)], { type: 'text/csv' }), `${name}.csv`)}>
        CSV of these rows
      </Button>
      {query !== undefined && (
        <>
          <Button size="xs" variant="default" onClick={() => void whole('text/csv', 'csv')()}>
            CSV of all
          </Button>
          <Button size="xs" variant="default" onClick={() => void whole('application/vnd.apache.parquet', 'parquet')()}>
            Parquet of all
          </Button>
          <Button size="xs" variant="default" onClick={open}>
            Python, R, curl
          </Button>
          <Modal opened={opened} onClose={close} title="The same question from elsewhere" size="xl">
            <Tabs defaultValue="Python">
              <Tabs.List>
                {snippetsOf({ base: window.location.origin, ...query, ...(port === undefined ? {} : { sqlPort: port }) }).map((one) => (
                  <Tabs.Tab key={one.name} value={one.name}>
                    {one.name}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              {snippetsOf({ base: window.location.origin, ...query, ...(port === undefined ? {} : { sqlPort: port }) }).map((one) => (
                <Tabs.Panel key={one.name} value={one.name} pt="sm">
                  <Code block tabIndex={0}>
                    {one.text}
                  </Code>
                  <CopyButton value={one.text}>
                    {({ copied, copy }) => (
                      <Button size="xs" mt="xs" onClick={copy}>
                        {copied ? 'Copied' : 'Copy'}
                      </Button>
                    )}
                  </CopyButton>
                </Tabs.Panel>
              ))}
            </Tabs>
            <p className="soft">
              The token is read from LAMPLIGHT_TOKEN: an administrator makes one with “lamplight token create”. Whole answers, with the
              rights of that account.
            </p>
          </Modal>
        </>
      )}
      {problem !== undefined && <span className="mistake">▲ {problem}</span>}
    </Group>
  );
}

function csvOf(title: string, { columns, rows, parameters, asOf, detail, cut }: Answer): string {
  const said = Object.entries(parameters ?? {}).map(([parameter, value]) => `${parameter} = ${value}`);
  const about = [title, ...said, `${detail}, asked ${asOf}`, ...(cut ? [`the first ${rows.length} rows; there are more`] : [])];
  return (
    csvAbout(about) +
    csvRow(columns.map(({ name }) => name)) +
    rows.map((row) => csvRow(row.map((cell) => (cell === null ? '' : wordsOf(cell))))).join('')
  );
}

async function downloadAll(query: NonNullable<TakingProps['query']>, accept: string, name: string): Promise<void> {
  const response = await fetch('/analytics/query', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { accept, 'content-type': 'application/json' },
    body: JSON.stringify(query),
  });
  if (!response.ok) throw new Refusal(response.status, await wordsOfProblem(response));
  save(await response.blob(), name);
}

async function wordsOfProblem(response: Response): Promise<string> {
  try {
    return ((await response.json()) as { title?: string }).title ?? `The server refused with status ${response.status}.`;
  } catch {
    return `The server refused with status ${response.status}.`;
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
