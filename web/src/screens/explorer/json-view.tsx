// What was found as JSON, with the digits that were recorded.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { jsonLines } from '../../parts/json-lines.ts';
import { Scrolling } from '../../parts/scrolling.tsx';

const atOnce = 20;

export function JsonView({ resources, more }: { resources: readonly Resource[]; more: (() => void) | undefined }) {
  const [shown, setShown] = useState(atOnce);
  const further = (): void => {
    setShown(shown + atOnce);
    if (shown + atOnce > resources.length) more?.();
  };
  return (
    <Scrolling className="json-frame" name="What was found, as JSON">
      {resources.slice(0, shown).map((resource) => (
        <pre key={`${resource.resourceType}/${resource.id}`} className="json-text" dir="auto">
          {jsonLines(resource)
            .map(({ depth, key, text }) => `${'  '.repeat(depth)}${key}${text}`)
            .join('\n')}
        </pre>
      ))}
      {(shown < resources.length || more !== undefined) && (
        <Button variant="default" onClick={further}>
          More
        </Button>
      )}
    </Scrolling>
  );
}
