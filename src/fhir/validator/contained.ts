// Rules of a resource that contains others (http://hl7.org/fhir/R4/references.html#contained, dom-3 to dom-6; dom-2 is refused by the
// structural walk). In code, because they hold for every resource and dom-3 looks at all of it.
import type { Json } from '../json.ts';
import { isMembers, type Members } from './definition.ts';
import type { Walk } from './walk.ts';

export function checkContained(walk: Walk, resource: Members): void {
  const { contained } = resource;
  if (resource['text'] === undefined && walk.bestPractice) {
    walk.report.add(
      'information',
      'invariant',
      'A resource should have a narrative, so that people can read it where a system cannot (dom-6). Add text',
      {
        source: 'dom-6',
      },
    );
  }
  if (!Array.isArray(contained)) return;
  let references: Set<string> | undefined;
  contained.forEach((one, i) => {
    if (!isMembers(one)) return;
    const { meta, id } = one;
    walk.report.enter('contained', i, 'Resource');
    if (isMembers(meta)) checkMeta(walk, meta);
    references ??= fragments(resource);
    if (typeof id === 'string' && !references.has(`#${id}`) && !fragments(one).has('#')) {
      walk.report.add(
        'error',
        'invariant',
        'A contained resource must be referred to from the resource around it, or refer to that (dom-3). Refer to it with # and its id, or remove it',
        { source: 'dom-3' },
      );
    }
    walk.report.leave();
  });
}

function checkMeta(walk: Walk, meta: Members): void {
  for (const name of ['versionId', 'lastUpdated']) {
    if (meta[name] !== undefined) {
      walk.report.add('error', 'invariant', `A contained resource has no version of its own (dom-4). Remove ${name}`, {
        name: `meta.${name}`,
        source: 'dom-4',
      });
    }
  }
  if (meta['security'] !== undefined) {
    walk.report.add(
      'error',
      'invariant',
      'A contained resource has no security labels of its own (dom-5). Put them on the resource around it',
      {
        name: 'meta.security',
        source: 'dom-5',
      },
    );
  }
}

/** Every string in it that begins with #: what refers to something contained. */
function fragments(resource: Members): Set<string> {
  const found = new Set<string>();
  const waiting: Json[] = [resource];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const value of Array.isArray(next) ? next : isMembers(next) ? Object.values(next) : []) {
      if (typeof value === 'string') {
        if (value.charCodeAt(0) === 35) found.add(value);
      } else if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return found;
}
