// One of the staff at a screen: signs in with name and password and asks what a chart asks, over HTTP, so that the server writes its audit
// trail as for anybody. A session that has ended is begun again.
import type { Bundle } from '../../../src/fhir/generated/types.ts';
import { mrnSystem } from '../../identity.ts';
import type { Entrance } from './account.ts';
import type { Look } from './duties.ts';

type Outcome = 'taken' | 'refused' | 'away';

const asks: Readonly<Record<Look['what'], (patient: string) => readonly string[]>> = {
  chart: (patient) => [
    `Patient/${patient}`,
    `AllergyIntolerance?patient=${patient}`,
    `Condition?patient=${patient}&_count=50`,
    `Observation?patient=${patient}&_sort=-date&_count=50`,
  ],
  results: (patient) => [
    `DiagnosticReport?patient=${patient}&_sort=-date&_count=20`,
    `Observation?patient=${patient}&category=laboratory&_sort=-date&_count=50`,
  ],
  medication: (patient) => [`MedicationRequest?patient=${patient}&status=active`, `AllergyIntolerance?patient=${patient}`],
};

export interface PersonAtScreen {
  /** Empty until signed in. */
  readonly token: string;
  signIn(): Promise<Outcome>;
  look(look: Look): Promise<Outcome>;
}

const outcomeOf = (status: number): Outcome => (status < 300 ? 'taken' : status === 429 || status >= 500 ? 'away' : 'refused');

export function personAtScreen(address: string, { name, password }: Entrance): PersonAtScreen {
  let token = '';
  async function signIn(): Promise<Outcome> {
    const response = await send('/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    if (response === undefined) return 'away';
    const text = await response.text();
    if (response.ok) token = (JSON.parse(text) as { token: string }).token;
    return outcomeOf(response.status);
  }
  const send = (path: string, init: RequestInit): Promise<Response | undefined> =>
    fetch(`${address}${path}`, { ...init, signal: AbortSignal.timeout(30_000) }).catch(() => undefined);

  async function get(path: string): Promise<{ outcome: Outcome; text: string }> {
    for (let again = false; ; again = true) {
      if (token === '') {
        const entered = await signIn();
        if (entered !== 'taken') return { outcome: entered, text: '' };
      }
      const response = await send(`/fhir/${path}`, { headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' } });
      if (response === undefined) return { outcome: 'away', text: '' };
      const text = await response.text();
      if (response.status !== 401 || again) return { outcome: outcomeOf(response.status), text };
      token = '';
    }
  }

  return {
    get token() {
      return token;
    },
    signIn,
    async look({ mrn, what }) {
      const found = await get(`Patient?identifier=${encodeURIComponent(`${mrnSystem}|${mrn}`)}&_count=1`);
      if (found.outcome !== 'taken') return found.outcome;
      const patient = (JSON.parse(found.text) as Bundle).entry?.[0]?.resource?.id;
      // Whose admission the record has not heard of is not looked at: the message is on its way.
      if (patient === undefined) return 'refused';
      for (const path of asks[what](patient)) {
        const { outcome } = await get(path);
        if (outcome !== 'taken') return outcome;
      }
      return 'taken';
    },
  };
}
