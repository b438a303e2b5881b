// What can be done for the patient in the banner, from every tab of the chart: by mouse, by finger and by keys.
import { Button, Menu } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Patient } from '../../../src/fhir/generated/types.ts';
import { useAsked, useGo } from '../app/go.tsx';
import { useOffer } from '../app/offers.ts';
import { usePerson } from '../app/session.tsx';
import { useMyPatients } from './my-patients.ts';
import { Waiting } from './states.tsx';

const VitalSigns = lazy(() => import('../screens/record/vital-signs-panel.tsx'));

const writers = ['administrator', 'clinician', 'nurse'];

/** Who may prescribe. */
const prescribers = ['administrator', 'clinician'];

const forms = [
  { what: 'note', name: 'Write a note', keys: 'd n' },
  { what: 'allergy', name: 'Record an allergy', keys: 'd a' },
  { what: 'problem', name: 'Record a problem', keys: 'd p' },
  { what: 'form', name: 'Fill in a form', keys: 'd f' },
] as const;

export function BannerActions({ id, name }: { id: string; name: string }) {
  const { role } = usePerson();
  const go = useGo();
  const [, ask] = useAsked();
  const { patients, change } = useMyPatients();
  const writes = writers.includes(role);
  const mine = patients?.includes(id) === true;
  const vitals = (): void => ask({ panel: 'vitals' });
  const toggle = (): void => change.mutate({ patient: id, called: name, on: !mine });
  const actions = [
    { name: 'Record vital signs', keys: 'v', run: vitals },
    ...forms.map(({ what, name, keys }) => ({ name, keys, run: () => go(`/app/record/${id}`, { do: what }) })),
    { name: 'All documentation of this patient', keys: 'd d', run: () => go(`/app/record/${id}`) },
    { name: mine ? 'Take from my patients' : 'Add to my patients', keys: 'd m', run: toggle },
  ];
  useOffer(writes ? actions : []);
  const [{ patient: ordering }] = useAsked();
  const prescribes = prescribers.includes(role);
  const order = (): void => go('/app/orders', { patient: id });
  const give = (): void => go('/app/bedside', { patient: id });
  const atBedside = useRouterState({ select: ({ location }) => location.pathname === '/app/bedside' });
  useOffer(writes && !atBedside ? [{ name: 'Give medication', keys: 'b', run: give }] : []);
  // On the screen of orders the same key begins another one.
  useOffer(prescribes && ordering === undefined ? [{ name: 'Order medication', keys: 'o', run: order }] : []);
  if (!writes) return null;
  return (
    <span className={atBedside ? 'banner-actions at-bedside' : 'banner-actions'}>
      <Button size="xs" onClick={vitals} aria-keyshortcuts="v">
        Vital signs
      </Button>
      {prescribes && (
        <Button size="xs" variant="default" onClick={order} aria-keyshortcuts="o">
          Order
        </Button>
      )}
      {!atBedside && (
        <Button size="xs" variant="default" onClick={give} aria-keyshortcuts="b">
          Give
        </Button>
      )}
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <Button size="xs" variant="default">
            Write
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.slice(1, -1).map(({ name: called, keys, run }) => (
            <Menu.Item key={called} onClick={run} rightSection={<span className="menu-keys">{keys}</span>}>
              {called}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button size="xs" variant="default" aria-pressed={mine} loading={change.isPending} disabled={patients === undefined} onClick={toggle}>
        {mine ? '★ My patient' : '☆ My patient'}
      </Button>
      {change.isError && <span role="alert">{change.error.message}</span>}
    </span>
  );
}

/** Below the banner, over whatever is open: the address says so, so that going back closes it. */
export function BannerPanel({ id, patient }: { id: string; patient: Patient }) {
  const { role } = usePerson();
  const [asked, ask] = useAsked();
  if (asked['panel'] !== 'vitals' || !writers.includes(role)) return null;
  return (
    <Suspense fallback={<Waiting what="The form" rows={2} />}>
      <VitalSigns key={id} id={id} patient={patient} close={() => ask({ panel: undefined }, { replace: true })} />
    </Suspense>
  );
}
