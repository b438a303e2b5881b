// One order, typed as one would say it, with what was understood of it below.
import { ActionIcon, Autocomplete, Checkbox } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import type { ReadOrder } from '../../../../src/gateways/medication/check-answers.ts';
import type { Line } from './decisions.ts';
import { type Suggestion, suggestionsFor } from './suggestions.ts';
import { plainly, understoodOf } from './understood.ts';

export const fieldOf = (line: string): string => `order-${line}`;
export const focusLine = (line: string | undefined): void => document.getElementById(fieldOf(line ?? ''))?.focus();

/** As the server takes it. */
const lettersMost = 4000;

export function OrderLine({
  line,
  place,
  read,
  fresh,
  favourites,
  earlier,
  set,
  next,
  drop,
  star,
}: {
  line: Line;
  place: number;
  /** As it was understood; undefined: not yet. */
  read: ReadOrder | undefined;
  fresh: boolean;
  favourites: readonly string[];
  earlier: readonly string[];
  set(change: Partial<Line>): void;
  /** Enter: on to another line. */
  next(): void;
  drop(): void;
  star(): void;
}) {
  const offered = suggestionsFor(line.text, favourites, earlier);
  const from = new Map<string, Suggestion['from']>(offered.map((one) => [one.text, one.from]));
  const starred = favourites.includes(line.text.trim());
  const enter = (event: KeyboardEvent<HTMLInputElement>): void => {
    const choosing = event.currentTarget.getAttribute('aria-activedescendant');
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing || choosing) return;
    event.preventDefault();
    if (line.text.trim() !== '') next();
  };
  return (
    <li className="order">
      <div className="order-line">
        <Autocomplete
          id={fieldOf(line.id)}
          aria-label={`Order ${place}`}
          placeholder={place === 1 ? 'ibuprofen 400 mg po tid' : 'another order'}
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          maxLength={lettersMost}
          aria-describedby={`${fieldOf(line.id)}-read`}
          value={line.text}
          data={offered.map(({ text }) => text)}
          filter={({ options }) => options}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          onChange={(text) => set({ text: plainly(text) })}
          onKeyDown={enter}
          renderOption={({ option }) => (
            <span className="code-option">
              <span dir="auto">{option.value}</span>
              <span className="choice-beside">{from.get(option.value)}</span>
            </span>
          )}
        />
        <ActionIcon
          variant="default"
          size="lg"
          aria-pressed={starred}
          aria-label={`Favourite: order ${place}`}
          title={starred ? 'Take from my favourites' : 'Add to my favourites'}
          disabled={line.text.trim() === ''}
          onClick={star}
        >
          <span aria-hidden="true">{starred ? '★' : '☆'}</span>
        </ActionIcon>
        <ActionIcon variant="default" size="lg" aria-label={`Take away order ${place}`} title="Take this line away" onClick={drop}>
          <span aria-hidden="true">✕</span>
        </ActionIcon>
      </div>
      <div id={`${fieldOf(line.id)}-read`} className="order-read" data-fresh={fresh}>
        {line.text.trim() !== '' && read !== undefined && <Read read={read} line={line} fresh={fresh} set={set} />}
      </div>
    </li>
  );
}

function Read({ read, line, fresh, set }: { read: ReadOrder; line: Line; fresh: boolean; set(change: Partial<Line>): void }) {
  const { parts, assumed, unread } = understoodOf(read);
  // What was understood of another text is said as such, and warns of nothing.
  if (read.text.trim() !== line.text.trim())
    return (
      <span className="order-label" dir="auto">
        Being read …{parts.length === 0 ? '' : ` before: ${parts.join(' · ')}`}
      </span>
    );
  return (
    <>
      {parts.length > 0 ? (
        <span dir="auto">
          <span className="order-label">Understood</span> {parts.join(' · ')}
        </span>
      ) : (
        <span className="order-unread">▲ No drug was found in it: nothing of it is checked</span>
      )}
      {assumed.map((words) => (
        <span key={words} className="order-assumed" dir="auto">
          {words}
        </span>
      ))}
      {unread.map((words) => (
        <span key={words} className="order-unread" dir="auto">
          ▲ {words}
        </span>
      ))}
      {parts.length === 0 && fresh && (
        <Checkbox
          size="xs"
          label="Sign it as it stands, unchecked"
          checked={line.unchecked === line.text}
          onChange={({ currentTarget: { checked } }) => set({ unchecked: checked ? line.text : '' })}
        />
      )}
    </>
  );
}
