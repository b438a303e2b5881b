// What an indicator counts, in words, with its source and whether somebody has reviewed it.
import type { OneIndicator } from './api.ts';
import { definitionWords } from './definition.ts';
import { needsReview } from './words.tsx';

export function DefinitionCard({ data: { indicator } }: { data: OneIndicator }) {
  const words = definitionWords(indicator);
  const { source } = indicator;
  return (
    <section className="card" aria-label="What is counted">
      <h2>What is counted</h2>
      {needsReview(indicator.status) && (
        <p className="needs-review">
          <strong>▲ Unreviewed.</strong> Nobody of this house has held the definition against how care is recorded here. Have it reviewed
          before it is reported or acted on.
        </p>
      )}
      <dl className="definition">
        <dt>Numerator</dt>
        <dd>{words.numerator}</dd>
        <dt>Denominator</dt>
        <dd>
          {words.denominator}; values of fewer than {indicator.denominatorLeast} are not shown by themselves
        </dd>
        <dt>What the data cannot say</dt>
        <dd>{indicator.limits}</dd>
        <dt>Source</dt>
        <dd>
          {source.agency}, {source.title}, {source.year}, {source.section}
        </dd>
        <dt>Version</dt>
        <dd>
          {indicator.version}, reviewer: {indicator.reviewer}
        </dd>
      </dl>
    </section>
  );
}
