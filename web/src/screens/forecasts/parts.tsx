// What every part of the screen has: of when and whence it is, and a slider whose number can be read and typed over by keys.
import { useEffect, useId, useState } from 'react';
import type { Head } from './api.ts';
import { hourWords } from './words.ts';

const siteTime = (iso: string, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso));
  return hourWords(parts.replace(' ', 'T'));
};

export function Foot({ head }: { head: Head }) {
  return (
    <p className="soft forecast-foot">
      From the record as tables, as of {siteTime(head.asOf, head.timeZone)} ({head.timeZone})
      {head.position === null ? '' : `, position ${head.position}`}. Counts of the hospital; nothing here is about one person.
    </p>
  );
}

export function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className="forecast-notes">
      {notes.map((note) => (
        <li key={note}>
          <span aria-hidden="true">▲ </span>
          {note}
        </li>
      ))}
    </ul>
  );
}

export interface SliderProps {
  name: string;
  value: number;
  usual: number;
  least: number;
  most: number;
  step: number;
  words(value: number): string;
  onSet(value: number): void;
}

/** Arrow keys move it; the address follows once it rests. */
export function Slider({ name, value, usual, least, most, step, words, onSet }: SliderProps) {
  const id = useId();
  const [moved, setMoved] = useState(value);
  useEffect(() => setMoved(value), [value]);
  useEffect(() => {
    if (moved === value) return undefined;
    const timer = setTimeout(() => onSet(moved), 300);
    return () => clearTimeout(timer);
  });
  return (
    <div className="slider">
      <label htmlFor={id}>{name}</label>
      <output htmlFor={id} className={moved === usual ? 'soft' : 'strong'}>
        {words(moved)}
      </output>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={moved}
        aria-valuetext={words(moved)}
        onChange={(event) => setMoved(Number(event.currentTarget.value))}
      />
    </div>
  );
}

export const numberIn = (text: string | undefined, usual: number): number => {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? usual : value;
};
