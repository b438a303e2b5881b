// One patient. What a clinician asks first stands first: problems, allergies, medication, the last results, where the patient is.
import { useQuery } from '@tanstack/react-query';
import { useBelow } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { patientQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { nameOf } from '../../parts/words.ts';
import { Summary } from './summary.tsx';

export default function Chart() {
  const id = useBelow();
  if (id === undefined)
    return (
      <Page title="Chart">
        <Empty title="No patient is chosen">Press Ctrl+K and type a name, or choose somebody under Patients.</Empty>
      </Page>
    );
  return <ChartOf id={id} />;
}

function ChartOf({ id }: { id: string }) {
  const patient = useQuery(patientQuery(id));
  if (patient.isPending) return <Waiting what="The chart" />;
  if (patient.isError) return <Failure title="This chart could not be opened" error={patient.error} again={() => void patient.refetch()} />;
  return (
    <Page title={`Chart of ${nameOf(patient.data.name)}`}>
      <Summary id={id} />
    </Page>
  );
}
