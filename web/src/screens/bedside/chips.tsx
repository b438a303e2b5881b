// A choice among few, each large enough for a gloved finger; pressed again, the choice is taken back where none is allowed.
export function Chips({
  label,
  choices,
  value,
  choose,
}: {
  label: string;
  /** Value → words. */
  choices: Readonly<Record<string, string>>;
  value: string | undefined;
  choose(value: string): void;
}) {
  return (
    <fieldset className="chips">
      <legend>{label}</legend>
      {Object.entries(choices).map(([each, words]) => (
        <button key={each} type="button" className="chip" aria-pressed={each === value} onClick={() => choose(each)}>
          {each === value && <span aria-hidden="true">✓ </span>}
          {words}
        </button>
      ))}
    </fieldset>
  );
}
