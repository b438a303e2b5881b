// The items of a questionnaire, each by its type.
import { Button, Checkbox, FileInput, NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { QuestionnaireItem } from '../../../../../src/fhir/generated/types.ts';
import { type Form, type FormTyped, isAsked, isHidden, type Option, optionsOf, placeOf, unitOf } from './answers.ts';

interface Shared {
  form: Form;
  typed: FormTyped;
  prefilled: ReadonlySet<string>;
  findings: ReadonlyMap<string, string>;
  change(next: FormTyped): void;
}

export function Items({ items, parent, ...shared }: Shared & { items: readonly QuestionnaireItem[]; parent: string }) {
  const { form, typed, change } = shared;
  return items.map((item) => {
    const first = placeOf(parent, item.linkId);
    const copies = item.type === 'group' && item.repeats === true ? (typed.copies[first] ?? 1) : 1;
    const more = item.type === 'group' && item.repeats === true && isAsked(item, first, form, typed);
    return [
      ...Array.from({ length: copies }, (_, copy) => placeOf(parent, item.linkId, copy))
        .filter((place) => isAsked(item, place, form, typed) && !isHidden(item))
        .map((place) => <Item key={place} item={item} place={place} {...shared} />),
      more && (
        <Button
          key={`${first} more`}
          size="compact-sm"
          variant="default"
          className="form-more"
          onClick={() => change({ ...typed, copies: { ...typed.copies, [first]: copies + 1 } })}
        >
          One more: {item.text ?? item.linkId}
        </Button>
      ),
    ];
  });
}

const labelOf = ({ prefix, text, linkId }: QuestionnaireItem): string =>
  [prefix, text ?? linkId].filter((one) => one !== undefined).join(' ');

function Item({ item, place, ...shared }: Shared & { item: QuestionnaireItem; place: string }): ReactNode {
  const { typed, change } = shared;
  const inner = <Items items={item.item ?? []} parent={place} {...shared} />;
  if (item.type === 'display')
    return (
      <p className="form-display" dir="auto">
        {item.text}
      </p>
    );
  if (item.type === 'group')
    return (
      <fieldset className="form-group">
        {item.text !== undefined && <legend dir="auto">{labelOf(item)}</legend>}
        {inner}
      </fieldset>
    );
  const texts = typed.answers[place] ?? [];
  const set = (next: string[]): void => change({ ...typed, answers: { ...typed.answers, [place]: next } });
  return (
    <>
      <Question item={item} place={place} texts={texts} set={set} {...shared} />
      {(item.item?.length ?? 0) > 0 && <div className="form-below">{inner}</div>}
    </>
  );
}

function Question({
  item,
  place,
  texts,
  set,
  form,
  prefilled,
  findings,
}: Shared & { item: QuestionnaireItem; place: string; texts: string[]; set(next: string[]): void }): ReactNode {
  const options = optionsOf(item, form.expanded);
  const common = {
    label: labelOf(item),
    error: findings.get(place),
    required: item.required === true,
    description: prefilled.has(place) ? 'From the record: check it' : undefined,
  };
  if (item.type === 'boolean')
    return (
      <Chosen
        common={common}
        options={yesNo}
        texts={texts}
        set={set}
        repeats={false}
        readOnly={item.readOnly === true}
        name={place}
        other={false}
      />
    );
  if (options.length > 0 || item.type === 'choice' || item.type === 'open-choice')
    return (
      <Chosen
        common={common}
        options={options}
        texts={texts}
        set={set}
        repeats={item.repeats === true}
        readOnly={item.readOnly === true}
        name={place}
        other={item.type === 'open-choice'}
      />
    );
  if (item.type === 'attachment') return <Attachment common={common} texts={texts} set={set} />;
  const shown = item.repeats === true ? [...texts, ''] : [texts[0] ?? ''];
  return shown.map((text, at) => {
    const type = (text: string): void => set(shown.with(at, text).filter((one, place) => one !== '' || place < at));
    const field = {
      ...common,
      label: at === 0 ? common.label : `${common.label}, ${at + 1}`,
      dir: 'auto',
      readOnly: item.readOnly === true,
      value: text,
    } as const;
    const key = `${place} ${at}`;
    if (item.type === 'text')
      return <Textarea key={key} {...field} autosize minRows={2} onChange={(event) => type(event.currentTarget.value)} />;
    return (
      <TextInput
        key={key}
        {...field}
        type={inputs[item.type] ?? 'text'}
        inputMode={['integer', 'decimal', 'quantity'].includes(item.type) ? 'decimal' : undefined}
        rightSection={unitOf(item)?.display ?? unitOf(item)?.code}
        onChange={(event) => type(event.currentTarget.value)}
      />
    );
  });
}

const inputs: Readonly<Record<string, string>> = { date: 'date', dateTime: 'datetime-local', time: 'time', url: 'url' };
const yesNo: Option[] = [
  { key: 'true', label: 'Yes', answer: { valueBoolean: true }, points: undefined },
  { key: 'false', label: 'No', answer: { valueBoolean: false }, points: undefined },
];

interface Common {
  label: string;
  error: string | undefined;
  required: boolean;
  description: string | undefined;
}

/** Few choices stand side by side, many in a list; several may be chosen where the question repeats. */
function Chosen({
  common,
  options,
  texts,
  set,
  repeats,
  readOnly,
  name,
  other,
}: {
  common: Common;
  options: readonly Option[];
  texts: readonly string[];
  set(next: string[]): void;
  repeats: boolean;
  readOnly: boolean;
  name: string;
  other: boolean;
}): ReactNode {
  const free = texts.find((text) => text.startsWith('t:'));
  const chosen = texts.filter((text) => !text.startsWith('t:'));
  const own = other && (
    <TextInput
      label={`${common.label}: something else`}
      dir="auto"
      readOnly={readOnly}
      value={free?.slice(2) ?? ''}
      onChange={(event) => {
        const text = event.currentTarget.value;
        set([...(repeats ? chosen : []), ...(text === '' ? [] : [`t:${text}`])]);
      }}
    />
  );
  const words = (option: Option): string => (option.points === undefined ? option.label : `${option.label} (${option.points})`);
  if (repeats)
    return (
      <>
        <Checkbox.Group {...common} value={[...chosen]} onChange={(next) => set([...next, ...(free === undefined ? [] : [free])])}>
          <div className="form-options">
            {options.map((option) => (
              <Checkbox key={option.key} value={option.key} label={words(option)} disabled={readOnly} />
            ))}
          </div>
        </Checkbox.Group>
        {own}
      </>
    );
  if (options.length > 7)
    return (
      <>
        <NativeSelect
          {...common}
          disabled={readOnly}
          value={chosen[0] ?? ''}
          data={[{ value: '', label: '–' }, ...options.map((option) => ({ value: option.key, label: words(option) }))]}
          onChange={(event) => set(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
        />
        {own}
      </>
    );
  return (
    <>
      <Radio.Group {...common} name={name} value={chosen[0] ?? ''} onChange={(next) => set([next])}>
        <div className="form-options">
          {options.map((option) => (
            <Radio key={option.key} value={option.key} label={words(option)} disabled={readOnly} />
          ))}
          {!common.required && chosen.length > 0 && !readOnly && (
            <Button size="compact-xs" variant="subtle" onClick={() => set([])}>
              Clear
            </Button>
          )}
        </div>
      </Radio.Group>
      {own}
    </>
  );
}

/** More than this does not fit into the drafts of a browser. */
const bytesMax = 500_000;

function Attachment({ common, texts, set }: { common: Common; texts: readonly string[]; set(next: string[]): void }) {
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return set([]);
    if (file.size > bytesMax) return set([`larger than ${bytesMax / 1000} kB`]);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    set([JSON.stringify({ title: file.name, contentType: file.type || 'application/octet-stream', data: btoa(text) })]);
  };
  const tooLarge = texts[0]?.startsWith('larger') === true;
  return (
    <FileInput
      {...common}
      error={tooLarge ? `At most ${bytesMax / 1000} kB` : common.error}
      placeholder="Choose a file"
      clearable
      onChange={(file) => void take(file)}
    />
  );
}
