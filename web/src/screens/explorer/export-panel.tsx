// Export of everything that a search finds, with how far it is and a way to stop it.
import { Alert, Button, Group, MultiSelect, Progress, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ResourceType } from '../../../../src/fhir/generated/types.ts';
import { useAsked } from '../../app/go.tsx';
import { roleNames } from '../../app/roles.ts';
import { usePerson } from '../../app/session.tsx';
import { exportAll } from './export.ts';
import { type FileKind, fileKinds } from './export-kinds.ts';

interface Parts {
  type: ResourceType;
  search: string;
  columns: readonly string[];
  known: readonly string[];
  total: number | undefined;
}

export function Export({ type, search, columns, known, total }: Parts) {
  const person = usePerson();
  const [, ask] = useAsked();
  const [kind, setKind] = useState<FileKind>('csv');
  const [rows, setRows] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const run = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      setRows(0);
      const by = `${person.name} (${roleNames[person.role]})`;
      return exportAll({ kind, type, search, columns, by }, stop.current.signal, setRows);
    },
  });
  // Whoever leaves the screen does not want the file any more.
  useEffect(() => () => stop.current?.abort(), []);
  const cancelled = run.error instanceof DOMException && run.error.name === 'AbortError';
  return (
    <Stack maw={680} gap="md" pb="xl">
      <Radio.Group label="File" value={kind} onChange={(value) => setKind(value as FileKind)}>
        <Stack gap={6} mt={6}>
          {Object.entries(fileKinds).map(([value, { says }]) => (
            <Radio key={value} value={value} label={says} />
          ))}
        </Stack>
      </Radio.Group>
      {fileKinds[kind].table && (
        <MultiSelect
          label="Columns"
          data={[...new Set([...columns, ...known])]}
          value={[...columns]}
          onChange={(chosen) => ask({ columns: chosen.length === 0 ? undefined : chosen.join(',') }, { replace: true })}
          searchable
          limit={300}
          hidePickedOptions
        />
      )}
      <Group>
        <Button loading={run.isPending} onClick={() => run.mutate()}>
          Export {total === undefined ? 'everything found' : `all ${total.toLocaleString('en')}`}
        </Button>
        {run.isPending && (
          <Button variant="default" onClick={() => stop.current?.abort()}>
            Cancel
          </Button>
        )}
      </Group>
      {run.isPending && (
        <div>
          <Progress
            value={total === undefined || total === 0 ? 100 : Math.min(100, (100 * rows) / total)}
            aria-label="How far the export is"
          />
          <Text size="sm" mt={4} role="status">
            {rows.toLocaleString('en')} of {total?.toLocaleString('en') ?? 'all'} fetched
          </Text>
        </div>
      )}
      {run.isSuccess && (
        <Text role="status">
          {run.data.toLocaleString('en')} {run.data === 1 ? 'resource was' : 'resources were'} written; the browser keeps the file where
          your downloads go.
        </Text>
      )}
      {run.isError && (
        <Alert
          color={cancelled ? 'gray' : 'red'}
          variant="light"
          role="alert"
          title={cancelled ? 'Stopped: there is no file' : 'The export was not finished: there is no file'}
        >
          {cancelled ? '' : run.error.message}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        All of it is fetched page by page, not only what is on the screen, and each page is in the audit trail. For millions of resources
        use a bulk export: <code>lamplight export</code>.
      </Text>
    </Stack>
  );
}
