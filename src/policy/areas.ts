// Who may have the map of areas: whoever may look at anything that is drawn on it. Shapes of areas say nothing of patients.
import type { Decision, Person } from './contract.ts';
import { decidePopulation } from './population.ts';
import { decideSurveillance } from './surveillance.ts';

export function decideAreas(person: Person): Decision {
  const decision = decideSurveillance(person, 'look');
  return decision.allowed ? decision : decidePopulation(person);
}
