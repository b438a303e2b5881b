// The three states that every screen has beside its content: empty, which teaches; waiting; failed, which says what to do.
import { Alert, Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Title order={3}>{title}</Title>
      {children !== undefined && (
        <Text component="div" c="dimmed" maw="46ch">
          {children}
        </Text>
      )}
    </div>
  );
}

/** As high as what will stand there, so that nothing jumps. */
export function Waiting({ rows = 6, what }: { rows?: number; what: string }) {
  return (
    <Stack gap="xs" aria-busy="true" aria-live="polite" p="md">
      <span className="unseen">{what} is being fetched</span>
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <Skeleton key={row} height={22} />
      ))}
    </Stack>
  );
}

export function Failure({ title = 'This could not be shown', error, again }: { title?: string; error: Error; again?(): void }) {
  return (
    <Alert color="red" variant="light" title={title} role="alert" m="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {again !== undefined && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
