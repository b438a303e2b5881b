// The tables as one person may see them: rows of the patients that policy allows, columns as they are or without what identifies.
import { join } from 'node:path';
import type { ResourceType } from '../../fhir/generated/types.ts';
import type { Person, Purpose, Scope } from '../../policy/contract.ts';
import { decide } from '../../policy/decide.ts';
import type { Column, CompiledView, Detail, Identifies } from '../contract.ts';
import { own, pseudonymOf, shownType } from '../store/columns.ts';
import { living } from '../store/compaction.ts';
import type { Manifest } from '../store/manifest.ts';
import { identifier } from '../view/sql-text.ts';
import { visibleTable } from './visible.ts';

export interface Seen {
  view: CompiledView;
  /** Rows of the compartments that may be seen only. */
  scoped: boolean;
  /** Where its files are, of a table that is none of the record. */
  of?: { manifest: Manifest; folder: string };
}

/** The views whose type the person may export, as an answer to a query is, or search, for a summary; undefined `scope`: no row of patients is held back. */
export function seenBy(
  person: Person,
  purpose: Purpose,
  views: readonly CompiledView[],
  action: 'export' | 'search' = 'export',
): { seen: Seen[]; scope: Scope | undefined } {
  const seen: Seen[] = [];
  let scope: Scope | undefined;
  for (const view of views) {
    // The view was read with a type of R4.
    const decision = decide(person, purpose, action, view.view.resource as ResourceType);
    if (!decision.allowed) continue;
    const scoped = decision.scope.organisations !== undefined || decision.scope.patients !== undefined;
    if (scoped) scope = decision.scope;
    seen.push({ view, scoped });
  }
  return { seen, scope };
}

type Shown = (column: Column) => string;
const asItIs: Shown = ({ name }) => identifier(name);

/** What stands in the place of what identifies (45 CFR 164.514(b)(2)). */
const without: Record<Identifies, Shown> = {
  direct: (column) => `null::${shownType(column)}`,
  text: (column) => `null::${shownType(column)}`,
  key: ({ name }) => identifier(pseudonymOf(name)),
  date: (column) => `cast(date_trunc('year', ${identifier(column.name)}) as ${shownType(column)})`,
  birth: (column) =>
    `case when ${identifier(column.name)} > current_date - interval 90 year then cast(date_trunc('year', ${identifier(column.name)}) as ${shownType(column)}) end`,
  postal: ({ name }) => `left(${identifier(name)}, 3)`,
};

const shown: Record<Detail, Record<Identifies, Shown>> = {
  'de-identified': without,
  // 45 CFR 164.514(e)(2): days and areas may stay.
  limited: { ...without, date: asItIs, birth: asItIs, postal: asItIs },
  identified: { direct: asItIs, text: asItIs, key: asItIs, date: asItIs, birth: asItIs, postal: asItIs },
};

export function tableSql({ view, scoped, of }: Seen, ofRecord: Manifest, folderOfRecord: string, detail: Detail): string {
  const { manifest, folder } = of ?? { manifest: ofRecord, folder: folderOfRecord };
  const { name, resource } = view.view;
  const columns = view.columns.map((column) => {
    const value = (column.identifies === undefined ? asItIs : shown[detail][column.identifies])(column);
    return `${value} as ${identifier(column.name)}`;
  });
  const path = ({ file }: { file: string }): string => join(folder, file);
  const files = (manifest.tables[name] ?? []).map(path);
  const rows = files.length === 0 ? `select ${emptyColumns(view)} where false` : living(files, (manifest.dead[resource] ?? []).map(path));
  return `select ${columns.join(', ')} from (${rows})${scoped ? ` where _pat in (select pat from ${visibleTable})` : ''}`;
}

const emptyColumns = (view: CompiledView): string =>
  [
    ...view.columns.flatMap((column) => [
      `null::${shownType(column)} as ${identifier(column.name)}`,
      ...(column.identifies === 'key' ? [`null::VARCHAR as ${identifier(pseudonymOf(column.name))}`] : []),
    ]),
    ...own.map((name) => `null as ${name}`),
  ].join(', ');
