// What $run and $export are asked for, read strictly: a parameter that is not understood would give other rows than the client believes.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { type Json, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import { compileView } from '../../warehouse/view/closure.ts';
import { readView } from '../../warehouse/view/read.ts';
import {
  type ExportAsked,
  type Format,
  formats,
  type Installed,
  type Named,
  type RunAsked,
  type ViewAsked,
  type Which,
} from './contract.ts';
import { fitsRows } from './fhir-rows.ts';
import { type Given, isMembers } from './parameters.ts';

export const rowsMost = 1_000_000;
const viewsMost = 50;
const namesMost = 10_000;

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const idPattern = /^[A-Za-z0-9.-]{1,64}$/;

type Views = ReadonlyMap<string, Installed>;
/** What a parameter adds; a text is what is wrong with it. */
type Readers<T> = Readonly<Record<string, (given: Given, asked: T) => Partial<T> | string>>;

interface Common extends Which {
  format?: Format;
  header?: boolean;
  view?: ViewAsked;
}
interface Run extends Common {
  limit?: number;
  resources?: string[];
}
interface Export extends Common {
  views?: ViewAsked[];
  tracking?: string;
}

const common: Readers<Common> = {
  _format: ({ text = '' }) => {
    const format = formatNamed(text);
    return format === undefined ? `takes ${formats.join(', ')}` : { format };
  },
  header: ({ text }) => (text === 'true' || text === 'false' ? { header: text === 'true' } : 'takes true or false'),
  // Of this server only (here.ts).
  source: () => ({}),
  patient: ({ text = '' }, { patients = [] }) => {
    const id = idOf('Patient', text);
    return id === undefined || patients.length >= namesMost ? 'is a Reference such as Patient/123' : { patients: [...patients, id] };
  },
  group: ({ text = '' }, { groups = [] }) => {
    const id = idOf('Group', text);
    return id === undefined || groups.length >= 100 ? 'is a Reference such as Group/123' : { groups: [...groups, id] };
  },
  _since: ({ text = '' }) =>
    instant.test(text) && !Number.isNaN(Date.parse(text)) ? { since: text } : 'is an instant such as 2026-01-31T08:00:00Z',
};

const forRun: Readers<Run> = {
  ...common,
  _limit: ({ text = '' }) =>
    /^[1-9]\d{0,8}$/.test(text) && Number(text) <= rowsMost ? { limit: Number(text) } : `is a whole number from 1 to ${rowsMost}`,
  resource: ({ resource }, { resources = [] }) =>
    resource === undefined ? 'holds a resource' : { resources: [...resources, ...unwrapped(resource)] },
};

const forExport: Readers<Export> = {
  ...common,
  clientTrackingId: ({ text = '' }) => (/^[\x20-\x7e]{1,200}$/.test(text) ? { tracking: text } : 'is a text of at most 200 letters'),
};

/** A Bundle stands for what is in it, one level deep. */
function unwrapped(resource: Json): string[] {
  if (!isMembers(resource) || resource['resourceType'] !== 'Bundle') return [writeJson(resource)];
  const entries = Array.isArray(resource['entry']) ? resource['entry'] : [];
  return entries.flatMap((entry) => (isMembers(entry) && entry['resource'] !== undefined ? [writeJson(entry['resource'])] : []));
}

const waysToName = ['viewReference', 'viewCanonical', 'viewResource'];
const once = ['_format', 'header', '_since', '_limit', 'clientTrackingId', 'source', ...waysToName];

/** `of`: the installed view that the address names. `accept`: where no `_format` is given. */
export function readRun(
  given: readonly Given[],
  views: Views,
  named: Named,
  of: string | undefined,
  accept: string | undefined,
): Result<RunAsked> {
  const read = readAll<Run>(named.name, given, forRun, of === undefined ? waysToName : []);
  if (!read.ok) return read;
  const view = of === undefined ? viewOf(given, views) : installed(views, of);
  if (!view.ok) return view;
  const format = formatOf(read.value.format, named, accept);
  if (!format.ok) return format;
  const fits = format.value === 'fhir' ? fitsRows(view.value.compiled.columns) : ok(undefined);
  if (!fits.ok) return fits;
  const { limit, resources, header = true } = read.value;
  if (resources !== undefined && (read.value.patients ?? read.value.groups ?? read.value.since) !== undefined)
    return fail(
      'invalid',
      'patient, group and _since choose among the resources of the record: leave them out, or the resources',
      'resource',
    );
  return ok({
    view: view.value,
    which: whichOf(read.value),
    format: format.value,
    header,
    ...(limit === undefined ? {} : { limit }),
    ...(resources === undefined ? {} : { resources }),
  });
}

export function readExport(given: readonly Given[], views: Views, operation: string, of: string | undefined): Result<ExportAsked> {
  const read = readAll<Export>(operation, given, forExport, of === undefined ? ['view'] : []);
  if (!read.ok) return read;
  const asked = of === undefined ? viewsOf(given, views) : asList(installed(views, of));
  if (!asked.ok) return asked;
  const { format = 'ndjson', header = true, tracking } = read.value;
  if (format === 'json' || format === 'fhir')
    return fail('unsupported', `${operation} writes ndjson, csv or parquet: ${format} is for running a view`, '_format');
  return ok({ views: asked.value, which: whichOf(read.value), format, header, ...(tracking === undefined ? {} : { tracking }) });
}

function readAll<T extends object>(
  operation: string,
  given: readonly Given[],
  readers: Readers<T>,
  more: readonly string[],
): Result<Partial<T>> {
  const names = [...Object.keys(readers), ...more];
  let asked = {} as T;
  for (const [at, one] of given.entries()) {
    const { name } = one;
    if (!names.includes(name)) {
      const near = nearest(name, names);
      return fail(
        'invalid',
        `${operation} has no parameter ${JSON.stringify(name.slice(0, 50))}${near === undefined ? '' : `: is "${near}" meant?`} It knows ${names.join(', ')} here`,
        name.slice(0, 50),
      );
    }
    if (once.includes(name) && given.findIndex((other) => other.name === name) < at)
      return fail('invalid', `${name} is given twice: one of them would be left out`, name);
    const said = Object.hasOwn(readers, name) ? readers[name]!(one, asked) : {};
    if (typeof said === 'string') return fail('invalid', `${name} ${said}`, name);
    asked = { ...asked, ...said };
  }
  return ok(asked);
}

const whichOf = ({ patients, groups, since }: Which): Which => ({
  ...(patients === undefined ? {} : { patients }),
  ...(groups === undefined ? {} : { groups }),
  ...(since === undefined ? {} : { since }),
});

/** Relative, or whole: only the end counts, since what is not here is not found. */
function idOf(type: string, text: string): string | undefined {
  const id = text.startsWith(`${type}/`) ? text.slice(type.length + 1) : text.includes('/') ? '' : text;
  return idPattern.test(id) ? id : undefined;
}

function installed(views: Views, name: string): Result<ViewAsked> {
  const found = views.get(name);
  if (found === undefined) {
    const near = nearest(name, views.keys());
    return fail(
      'not-found',
      `There is no view ${JSON.stringify(name.slice(0, 64))} here.${near === undefined ? '' : ` Is "${near}" meant?`}`,
    );
  }
  const { view, text } = found;
  return ok({ name, type: view.view.resource as ResourceType, text, compiled: view, installed: true });
}

const asList = <T>(one: Result<T>): Result<T[]> => (one.ok ? ok([one.value]) : one);

/** Of the parameters, or of the parts of one, that name a view. */
function viewOf(given: readonly Given[], views: Views): Result<ViewAsked> {
  const ways = given.filter(({ name }) => waysToName.includes(name));
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    return fail(
      'invalid',
      'Send either viewReference, such as ViewDefinition/patients, or viewCanonical, or viewResource',
      'viewReference',
    );
  const { name, text = '', resource } = way;
  if (name === 'viewCanonical') return byCanonical(views, text);
  if (name === 'viewResource')
    return resource === undefined ? fail('invalid', 'viewResource holds a ViewDefinition', 'viewResource') : inline(resource);
  return installed(views, text.startsWith('ViewDefinition/') ? text.slice('ViewDefinition/'.length) : text);
}

/** By its `url`, and where `|` names one its `version`; those that come along have none, and are named by their place on this server (here.ts). */
export function byCanonical(views: Views, canonical: string): Result<ViewAsked> {
  const [url = '', version] = canonical.split('|', 2);
  for (const [name, { text }] of views) {
    const has = JSON.parse(text) as { url?: string; version?: string };
    if (has.url === url && (version === undefined || has.version === version)) return installed(views, name);
  }
  const name = /^ViewDefinition\/([^/|]+)$/.exec(url)?.[1];
  return name !== undefined && version === undefined && views.has(name)
    ? installed(views, name)
    : fail('not-found', `There is no view ${JSON.stringify(canonical.slice(0, 200))} here`, 'viewCanonical');
}

function inline(json: Json): Result<ViewAsked> {
  if (!isMembers(json) || json['resourceType'] !== 'ViewDefinition')
    return fail('invalid', 'viewResource holds a resource of the type ViewDefinition', 'viewResource');
  const view = readView(json);
  const compiled = view.ok ? compileView(view.value, { strict: true }) : view;
  if (!compiled.ok) return compiled;
  const { name, resource } = compiled.value.view;
  return ok({ name, type: resource as ResourceType, text: writeJson(json), compiled: compiled.value, installed: false });
}

function viewsOf(given: readonly Given[], views: Views): Result<ViewAsked[]> {
  const asked: ViewAsked[] = [];
  for (const { parts = [] } of given.filter(({ name }) => name === 'view')) {
    const strange = parts.find(({ name }) => !['name', ...waysToName].includes(name));
    if (strange !== undefined)
      return fail(
        'invalid',
        `view has no part ${JSON.stringify(strange.name.slice(0, 50))}: it knows name, ${waysToName.join(', ')}`,
        'view',
      );
    const view = viewOf(parts, views);
    if (!view.ok) return view;
    const name = parts.find((part) => part.name === 'name')?.text ?? view.value.name;
    if (!/^[A-Za-z0-9][\w-]{0,63}$/.test(name))
      return fail('invalid', 'The name of a view becomes that of a file: letters, digits, - and _, at most 64', 'view.name');
    if (asked.some((one) => one.name.toLowerCase() === name.toLowerCase()))
      return fail('invalid', `Two views are called ${name}: give each a name of its own`, 'view.name');
    asked.push({ ...view.value, name });
  }
  if (asked.length === 0) return fail('invalid', 'Send a parameter view for each view, with viewReference or viewResource', 'view');
  return asked.length <= viewsMost ? ok(asked) : fail('too-costly', `At most ${viewsMost} views at once: export in several runs`, 'view');
}

const byMediaType: Readonly<Record<string, Format>> = {
  'application/json': 'json',
  'application/fhir+json': 'json',
  'application/octet-stream': 'parquet',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/fhir+ndjson': 'ndjson',
  'text/csv': 'csv',
  'application/vnd.apache.parquet': 'parquet',
  'application/parquet': 'parquet',
  'text/*': 'csv',
};
const anything = ['*/*', 'application/*'];
export const formatNamed = (text: string): Format | undefined =>
  formats.find((one) => one === text) ?? (Object.hasOwn(byMediaType, text) ? byMediaType[text] : undefined);

/** The first that is known, by falling weight. */
export function formatOf(asked: Format | undefined, { otherwise, ofFhir }: Named, accept = '*/*'): Result<Format> {
  if (asked !== undefined) return ok(asked);
  const wanted = accept
    .slice(0, 1_000)
    .split(',')
    .map((one) => {
      const [type = '', ...more] = one.split(';').map((part) => part.trim().toLowerCase());
      const weight = more.find((part) => part.startsWith('q='));
      return {
        format: anything.includes(type) ? otherwise : type === 'application/fhir+json' ? ofFhir : formatNamed(type),
        weight: weight === undefined ? 1 : Number(weight.slice(2)),
      };
    })
    .filter(({ format, weight }) => format !== undefined && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const format = wanted[0]?.format;
  return format === undefined ? fail('unsupported', `_format or Accept names one of ${formats.join(', ')}`, '_format') : ok(format);
}
