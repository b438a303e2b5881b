// Drugs, from the order to the bedside: the rules in force, checks before signing, what rules said, scanning, labels, downtime, CDS Hooks.
import { openOutside } from '../../gateways/cds-hooks/outside.ts';
import { cdsHooksRoutes } from '../../gateways/cds-hooks/routes.ts';
import { openAlerts } from '../../gateways/medication/alerts.ts';
import { openDowntimeKey } from '../../gateways/medication/downtime-key.ts';
import { downtimeRoutes } from '../../gateways/medication/downtime-routes.ts';
import { keepRules, type RulesInForce } from '../../gateways/medication/governance-in-force.ts';
import { governanceRoutes } from '../../gateways/medication/governance-routes.ts';
import { labelRoutes } from '../../gateways/medication/label-routes.ts';
import { loopRoutes } from '../../gateways/medication/loop-routes.ts';
import { medicationRoutes } from '../../gateways/medication/routes.ts';
import { chartOf, openSafety, type Safety } from '../../gateways/medication/safety.ts';
import type { Bedside } from '../../gateways/medication/scan-facts.ts';
import { scanRoutes } from '../../gateways/medication/scan-routes.ts';
import { type Library, libraryOf } from '../../modules/medication-safety/library.ts';
import { faultOf, type Ground, type Undo } from './ground.ts';
import type { Recorded } from './record.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { WebServer } from './web-server.ts';

export interface Medicating {
  /** What is known of drugs, as it came from its files. */
  medicines: Library;
  /** The same, as a site has changed it up to now. */
  rulesInForce: RulesInForce;
  safety: Safety;
}

/** Who signs waits for services of others so long at most. */
const outsideMs = 2_000;

export async function openMedication(parts: Ground & Site & Stored & Recorded & WebServer, undo: Undo): Promise<Medicating> {
  const { settings, log, now, drugs, fhirKnowledge, database, record, jobs, app } = parts;
  const rulesInForce = await keepRules(database, drugs, (error) =>
    log.warn({ follower: 'changes of rules', ...faultOf(error) }, 'a follower will try again'),
  );
  undo.push(() => rulesInForce.close());
  const medicines = libraryOf(drugs);
  const safety: Safety = openSafety(medicines, record, now, rulesInForce.base);
  if (settings.cdsServices !== undefined)
    safety.outside = openOutside({
      bases: settings.cdsServices.split(',').map((base) => base.trim()),
      ...(settings.cdsToken === undefined ? {} : { token: settings.cdsToken }),
      timeMs: outsideMs,
    });
  const alerts = openAlerts(database);
  undo.push(() => alerts.written());
  medicationRoutes(app, { safety, alerts, record, orderSets: fhirKnowledge.orderSets });
  governanceRoutes(app, { database, record, library: safety.library, rules: rulesInForce, alerts, jobs, now });
  const atBedside = bedsideOf(parts, safety);
  labelRoutes(app, atBedside, record);
  loopRoutes(app, atBedside);
  downtimeRoutes(app, atBedside, record, await openDowntimeKey(database));
  scanRoutes(app, atBedside, record, { signInPerMinute: settings.signInRatePerMinute, database });
  cdsHooksRoutes(app, safety, alerts, settings);
  return { medicines, rulesInForce, safety };
}

const bedsideOf = ({ settings, bedsideRules, people, record }: Ground & Site & Stored & Recorded, safety: Safety): Bedside => ({
  safety,
  rules: bedsideRules,
  chartFor: (caller) => chartOf(record, caller),
  timeZone: settings.timeZone,
  people,
  badgeProves: settings.secondPerson === 'badge',
  windows: {
    timeCriticalMinutes: settings.onTimeCriticalMinutes,
    oftenMinutes: settings.onTimeOftenMinutes,
    dailyMinutes: settings.onTimeDailyMinutes,
  },
  pumps: { tolerance: settings.pumpTolerancePercent / 100, silentMinutes: settings.pumpSilentMinutes },
});
