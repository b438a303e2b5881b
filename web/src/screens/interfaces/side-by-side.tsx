// A message as it came, in its leaves, in FHIR, and what of it has no home, beside one another. Pointing at a leaf, or going to it by
// arrow keys, marks the elements that it became, and the other way round; a leaf that was clicked stays marked and is in the address.
import { Checkbox } from '@mantine/core';
import { type KeyboardEvent, memo, type SyntheticEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { jsonLines } from '../../parts/json-lines.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import type { LedgerRow, Stored, WholeMessage } from './api.ts';
import { nameOfPlace, nameOfSegment, segmentOfPath } from './hl7-names.ts';
import { linesOfMessage } from './leaf-ranges.ts';
import { elementsOf, touches } from './touches.ts';

interface Parts {
  message: WholeMessage;
  rows: readonly LedgerRow[];
  resources: readonly Stored[];
  /** How many resources were not fetched. */
  more: number;
  /** They would stand like this. */
  conditional: boolean;
}

/** A browser shows as much without becoming slow; the rest is in the original. */
const rawMost = 200_000;
const leavesMost = 3000;

export function SideBySide({ message, rows, resources, more, conditional }: Parts) {
  const [asked, ask] = useAsked();
  const [pointed, setPointed] = useState<string>();
  const [structural, setStructural] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const kept = asked['leaf'] ?? (asked['element'] === undefined ? undefined : `#${asked['element']}`);
  const target = pointed ?? kept;
  const lit = useMemo(() => touches(rows, target), [rows, target]);
  const lines = useMemo(() => linesOfMessage(message.original.slice(0, rawMost), message.format, rows), [message, rows]);
  // What belongs to what is pointed at is brought into sight in the other panes, and the page itself stays where it is.
  useEffect(() => {
    if (target === undefined) return;
    const timer = setTimeout(() => showLit(frame.current, pointed), 120);
    return () => clearTimeout(timer);
  }, [target, pointed]);
  const point = (event: SyntheticEvent): void => setPointed(placeOf(event));
  const choose = (event: SyntheticEvent): void => {
    const place = placeOf(event);
    if (place === undefined) return;
    ask(place.startsWith('#') ? { element: place.slice(1), leaf: undefined } : { leaf: place, element: undefined }, { replace: true });
  };
  const mapped = rows.filter(({ state }) => state === 'mapped').length;
  const homeless = rows.filter(({ state }) => state === 'kept');
  const parsed = rows.filter(({ state }) => structural || state !== 'structural').slice(0, leavesMost);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the leaves inside are buttons; here their events are heard together
    <div
      className="bench"
      ref={frame}
      onMouseOver={point}
      onMouseLeave={() => setPointed(undefined)}
      onFocus={point}
      onBlur={() => setPointed(undefined)}
      onClick={choose}
      onKeyDown={walk}
    >
      <Scrolling className="pane pane-raw" name="As it came">
        <h2>
          As it came <span className="count">{message.bytes.toLocaleString('en')} bytes</span>
        </h2>
        <div className="raw" dir="ltr">
          {numbered(lines).map(({ it: pieces, key: line }) => (
            <div key={line} className="raw-line">
              {numbered(pieces).map(({ it: { text, path }, key }) =>
                path === undefined ? (
                  text
                ) : (
                  <span key={key} data-place={path} className={lit.leaves.has(path) ? 'raw-leaf lit' : 'raw-leaf'}>
                    {text}
                  </span>
                ),
              )}
            </div>
          ))}
        </div>
        {message.original.length > rawMost && <p className="beneath">The beginning of it: fetch the original for the rest.</p>}
      </Scrolling>
      <Scrolling className="pane" name="In its leaves">
        <h2>
          In its leaves{' '}
          <span className="count">
            {mapped} mapped, {homeless.length} not
          </span>
        </h2>
        <Checkbox
          size="xs"
          mb="xs"
          label="Also what only builds the message"
          checked={structural}
          onChange={(event) => setStructural(event.currentTarget.checked)}
        />
        {parsed.length === 0 && (
          <p className="soft">
            {message.direction === 'out'
              ? 'What goes out is kept as it goes; its leaves are those of the message it was made of.'
              : 'It could not be read into leaves.'}
          </p>
        )}
        <Leaves rows={parsed} lit={lit.leaves} hl7={message.format === 'hl7v2'} />
        {rows.length > leavesMost && (
          <p className="beneath">
            The first {leavesMost} of {rows.length}.
          </p>
        )}
      </Scrolling>
      <Scrolling className="pane" name="In FHIR">
        <h2>
          In FHIR{' '}
          <span className="count">
            {conditional && resources.length > 0 ? 'as it would stand' : `${resources.length + more} resources`}
          </span>
        </h2>
        {resources.length === 0 && (
          <p className="soft">
            {message.direction === 'out'
              ? 'Nothing is laid into the record by what goes out.'
              : 'Nothing stands in the record by this message.'}
          </p>
        )}
        {resources.map((resource) => (
          <Fhir key={`${resource.resourceType}/${resource.id}`} resource={resource} lit={lit.elements} />
        ))}
        <Envelope rows={rows} resources={resources} lit={lit.elements} />
        {more > 0 && <p className="beneath">{more} more were made or changed; they are not fetched here.</p>}
      </Scrolling>
      <Scrolling className="pane" name="Not mapped">
        <h2>
          Not mapped <span className="count">{homeless.length}</span>
        </h2>
        {homeless.length === 0 ? (
          <p className="soft">{rows.length === 0 ? 'Nothing was read.' : 'Everything that it says has a home.'}</p>
        ) : (
          <>
            <p className="soft">Kept with the message, and said again when it goes out.</p>
            <Leaves rows={homeless.slice(0, leavesMost)} lit={lit.leaves} hl7={message.format === 'hl7v2'} reasons />
          </>
        )}
      </Scrolling>
    </div>
  );
}

/** With keys: what is shown here never moves, so its place is what it is. */
const numbered = <T,>(all: readonly T[]): { it: T; key: string }[] => all.map((it, at) => ({ it, key: `at ${at}` }));

/** The leaf (`PID-5.1`) or element (`#Patient/1#name`) that an event speaks of. */
function placeOf(event: SyntheticEvent): string | undefined {
  const place = event.target instanceof Element ? event.target.closest('[data-place]') : null;
  return place?.getAttribute('data-place') ?? undefined;
}

/** Scrolls each pane to the first that is marked in it; the one that is pointed into is left alone. */
function showLit(frame: HTMLElement | null, pointed: string | undefined): void {
  for (const pane of frame?.querySelectorAll<HTMLElement>('.pane') ?? []) {
    const lit = pane.querySelector<HTMLElement>('.lit');
    if (lit === null || (pointed !== undefined && pane.matches(':hover, :focus-within'))) continue;
    const [outer, inner] = [pane.getBoundingClientRect(), lit.getBoundingClientRect()];
    const heading = 40;
    if (inner.top < outer.top + heading || inner.bottom > outer.bottom) pane.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}

/** Arrow keys go from leaf to leaf within a pane; Tab goes to the next pane. */
function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLElement)) return;
  const pane = event.target.closest('.pane');
  const all = [...(pane?.querySelectorAll<HTMLButtonElement>('button[data-place]') ?? [])];
  if (all.length === 0) return;
  const at = all.indexOf(event.target as HTMLButtonElement);
  const next = all[at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))];
  event.preventDefault();
  next?.focus();
}

const Leaves = memo(function Leaves({
  rows,
  lit,
  hl7,
  reasons = false,
}: {
  rows: readonly LedgerRow[];
  lit: ReadonlySet<string>;
  hl7: boolean;
  reasons?: boolean;
}) {
  const groups = useMemo(() => {
    const found: { segment: string; rows: LedgerRow[] }[] = [];
    for (const row of rows) {
      const segment = segmentOfPath(row.path);
      const last = found.at(-1);
      if (last?.segment === segment) last.rows.push(row);
      else found.push({ segment, rows: [row] });
    }
    return found;
  }, [rows]);
  return numbered(groups).map(({ it: { segment, rows: leaves }, key }) => (
    <div key={key} className="segment">
      <h3>
        <span className="mono">{segment}</span> {hl7 ? nameOfSegment(segment.slice(0, 3)) : ''}
      </h3>
      <ul>
        {leaves.map((row) => (
          <li key={row.path}>
            <button type="button" tabIndex={-1} data-place={row.path} className={lit.has(row.path) ? 'leaf lit' : 'leaf'}>
              <span className="leaf-path mono">{row.path.startsWith(segment) && !reasons ? row.path.slice(segment.length) : row.path}</span>
              <span className="leaf-text">
                <bdi>{row.text}</bdi>
                {hl7 && <span className="leaf-name">{nameOfPlace(row.path)}</span>}
                {reasons && row.state === 'kept' && row.why !== undefined && <span className="leaf-name">{row.why}</span>}
              </span>
              {!reasons && row.state !== 'mapped' && (
                <span className="leaf-state">{row.state === 'kept' ? 'not mapped' : 'builds it'}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </div>
  ));
});

const Fhir = memo(function Fhir({ resource, lit }: { resource: Stored; lit: ReadonlySet<string> }) {
  const name = `${resource.resourceType}/${resource.id ?? ''}`;
  const lines = useMemo(() => jsonLines(resource), [resource]);
  return (
    <div className="segment">
      <h3>{resource.resourceType}</h3>
      <ul className="json">
        {numbered(lines).map(({ it: { depth, key, text, path }, key: line }) => (
          <li key={line} data-depth={Math.min(depth, 8)}>
            {key === '' && /^[\]}]/.test(text) ? (
              <span className="json-line">{text}</span>
            ) : (
              <button
                type="button"
                tabIndex={-1}
                data-place={`#${name}#${path}`}
                className={isLit(lit, `${name}#${path}`) ? 'json-line lit' : 'json-line'}
              >
                <span className="json-key">{key}</span>
                <bdi>{text}</bdi>
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
});

/** Or inside an element that was marked as a whole. */
function isLit(lit: ReadonlySet<string>, element: string): boolean {
  if (lit.size === 0) return false;
  if (lit.has(element)) return true;
  for (const one of lit) if (element.startsWith(one) && /^[.[]/.test(element.slice(one.length))) return true;
  return false;
}

/** What describes the sending (MessageHeader and the like): told in conversions, not stored. */
function Envelope({ rows, resources, lit }: { rows: readonly LedgerRow[]; resources: readonly Stored[]; lit: ReadonlySet<string> }) {
  const known = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`));
  const elements = rows.flatMap((row) =>
    elementsOf(row)
      .filter((element) => !known.has(element.split('#')[0] ?? ''))
      .map((element) => ({ element, text: row.text })),
  );
  if (elements.length === 0 || resources.length === 0) return null;
  return (
    <div className="segment">
      <h3>Said of others, or of the sending</h3>
      <ul className="json">
        {numbered(elements.slice(0, 200)).map(({ it: { element, text }, key }) => (
          <li key={key} data-depth="0">
            <button type="button" tabIndex={-1} data-place={`#${element}`} className={lit.has(element) ? 'json-line lit' : 'json-line'}>
              <span className="json-key">{element.replace(/\/[^#]*#/, ' ')}: </span>
              <bdi>{text}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
