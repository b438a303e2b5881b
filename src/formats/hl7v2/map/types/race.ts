// Race and ethnicity as the US Core extensions (http://hl7.org/fhir/us/core, STU6 and later): the categories of the Office of
// Management and Budget, detailed codes of the CDC set, and always the words.
import { bare } from '../bare.ts';
import type { Converter } from '../converter.ts';
import type { Leaf } from '../part.ts';
import { isObject, type Place, unsayable } from '../place.ts';
import { systemName } from '../systems.ts';

const cdc = 'urn:oid:2.16.840.1.113883.6.238';
const nullFlavor = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor';
const racesOfOmb = new Set(['1002-5', '2028-9', '2054-5', '2076-8', '2106-3']);
const ethnicitiesOfOmb = new Set(['2135-2', '2186-5']);
/** HL7 table 0189 and what stands for not knowing. */
const ethnicities: Readonly<Record<string, string>> = { H: '2135-2', N: '2186-5' };
const unknowns: Readonly<Record<string, string>> = { UNK: 'UNK', U: 'UNK', ASKU: 'ASKU', PHC1175: 'ASKU' };
const displays = bare({
  '1002-5': 'American Indian or Alaska Native',
  '2028-9': 'Asian',
  '2054-5': 'Black or African American',
  '2076-8': 'Native Hawaiian or Other Pacific Islander',
  '2106-3': 'White',
  '2135-2': 'Hispanic or Latino',
  '2186-5': 'Not Hispanic or Latino',
  UNK: 'Unknown',
  ASKU: 'Asked but no answer',
});
const systems = new Set(['', 'CDCREC', 'HL70005', 'HL70189', 'CDC', '2.16.840.1.113883.6.238']);

const usCore = (categories: ReadonlySet<string>, codes: Readonly<Record<string, string>>, many: boolean): Converter => ({
  read(part, place, step, run) {
    const extension = place.child(step, run);
    let said = false;
    const alternates = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    for (const numbers of alternates) {
      const [code, display, system] = numbers.map((number) => part.at(number)?.leaf);
      if (code === undefined || !systems.has(system?.text.trim().toUpperCase() ?? '')) continue;
      const given = code.text.trim();
      const meant = codes[given.toUpperCase()] ?? unknowns[given.toUpperCase()] ?? given;
      const unknown = Object.hasOwn(unknowns, meant);
      if (!unknown && !/^\d{4}-\d$/.test(meant)) continue;
      const category = unknown || categories.has(meant);
      // One ethnicity is all that there may be; of races five.
      if (category && !many && isCategorised(extension)) continue;
      const item = extension.child({ name: 'extension', item: { fresh: true } }, `${run}/${numbers[0]}`);
      item.imply([{ name: 'url' }], run, category ? 'ombCategory' : 'detailed');
      const coding = item.child({ name: 'valueCoding' }, run);
      const uri = unknown ? nullFlavor : cdc;
      coding.set({ name: 'system' }, uri, system === undefined ? [] : [[system, (now) => (now === uri ? system.text : systemName(now))]]);
      coding.set({ name: 'code' }, meant, [[code, (now) => (now === meant ? code.text : String(now))]]);
      if (display !== undefined && display.text.trim() !== '') coding.set({ name: 'display' }, display.text, [[display, String]]);
      said = true;
    }
    const words = [9, 2, 5, 1, 4]
      .map((number) => part.at(number)?.leaf)
      .find((leaf) => leaf !== undefined && leaf.text.trim() !== '' && !unsayable(leaf.text));
    if (words === undefined) return said;
    const text = displays[codes[words.text.toUpperCase()] ?? words.text] ?? words.text;
    say(extension, text, words, said);
    return true;
  },
  write(value) {
    const list = isObject(value) && Array.isArray(value['extension']) ? value['extension'].filter(isObject) : [];
    const coding = list.map((one) => one['valueCoding']).find(isObject);
    if (coding !== undefined) {
      const [code, display] = [coding['code'], coding['display']].map((one) => (typeof one === 'string' ? one : undefined));
      return [code, display ?? displays[code ?? ''], 'CDCREC'];
    }
    const words = list.find(({ url }) => url === 'text')?.['valueString'];
    return typeof words === 'string' ? [undefined, words] : undefined;
  },
});

/** Whether the extension has a category already. */
const isCategorised = ({ value }: Place): boolean => {
  const parts: unknown = value?.['extension'];
  return Array.isArray(parts) && parts.some((part) => isObject(part) && part['url'] === 'ombCategory');
};

/** The words of all repetitions, one after the other; those of the first are said there where no coding says them. */
function say(extension: Place, text: string, leaf: Leaf, coded: boolean): void {
  const place = extension.child({ name: 'extension', item: { url: 'text' } }, '');
  const there = place.value?.['valueString'];
  if (typeof there !== 'string')
    place.set({ name: 'valueString' }, text, coded ? [] : [[leaf, (now) => (now === text ? leaf.text : String(now))]]);
  else if (place.value !== undefined) {
    place.value['valueString'] = `${there}, ${text}`;
    if (!coded)
      place.claim(place.elementAt('valueString'), [[leaf, (now) => (String(now).split(', ').includes(text) ? leaf.text : undefined)]]);
  }
}

export const RACE: Converter = usCore(racesOfOmb, {}, true);
export const ETHNICITY: Converter = usCore(ethnicitiesOfOmb, ethnicities, false);
