// What a Subscription must pass before it is written, and as what it is written: checked, its headers sealed, and its status in the
// hands of the server. A client asks for it (requested) or ends it (off); active and error are found out (http://hl7.org/fhir/R4/subscription.html).
import type { Resource, Subscription } from '../../fhir/generated/types.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { moduleCaller } from '../../modules/runner/module-account.ts';
import type { Caller } from '../../record/contract.ts';
import { definitionOf, type Rules, sealed } from './definition.ts';
import type { Sealer } from './seal.ts';

/** Under which the status is written into the resource and versions before a change are read. */
export const ownCaller: Caller = moduleCaller('subscriptions');

const isSubscription = (resource: Resource): resource is Subscription => resource.resourceType === 'Subscription';

/** `imported`: it is taken over as it was elsewhere; it does not begin by that, so nothing but its secrets is of concern. */
export function admitSubscription(
  sealer: Sealer,
  rules: Rules,
): (resource: Resource, caller: Caller, imported: boolean) => Result<Resource> {
  return (resource, caller, imported) => {
    if (!isSubscription(resource) || caller.person.id === ownCaller.person.id) return ok(resource);
    // Nobody has asked for it here: what was just asked for elsewhere, the only status by which one begins, is off.
    if (imported) return sealed(resource.status === 'requested' ? { ...resource, status: 'off' } : resource, sealer, false);
    const { error: _, ...asked } = resource;
    if (asked.status === 'off') return sealed(asked, sealer, false);
    const definition = definitionOf(asked, rules);
    return definition.ok ? sealed({ ...asked, status: 'requested' }, sealer, true) : definition;
  };
}
