// Which questionnaires may be filled in: those of knowledge, and what of them is in the record.
import { OfferedQuestionnaires } from '../../parts/offered-questionnaires.tsx';

export function Questionnaires() {
  return (
    <section className="card" aria-label="Questionnaires">
      <h2>Questionnaires</h2>
      <p className="beneath">
        What is in the record can be filled in under Documentation. Those below come with Lamplight or lie in the knowledge of this site
        (LAMPLIGHT_KNOWLEDGE); any other comes as a FHIR resource, through the API or from files (<code>lamplight load</code>).
      </p>
      <OfferedQuestionnaires all />
    </section>
  );
}
