// National Drug Codes in one form of twelve digits, 6-4-2, which FDA asks for from 2033-03-07 and into which every older form
// goes by zeros in front of its parts (21 CFR 207.33). A product number holds ten digits without hyphens: three codes can be meant.

/** Labeler, product and package of a hyphenated code as 6-4-2; undefined where it is none. */
export function ndc12(text: string): string | undefined {
  const [, labeler, product, pack] = /^(\d{4,6})-(\d{3,4})-(\d{1,2})$/.exec(text.trim()) ?? [];
  if (labeler === undefined || product === undefined || pack === undefined) return undefined;
  const known = new Set(['4-4-2', '5-3-2', '5-4-1', '5-4-2', '6-3-2', '6-4-1', '6-4-2']);
  if (!known.has(`${labeler.length}-${product.length}-${pack.length}`)) return undefined;
  return `${labeler.padStart(6, '0')}-${product.padStart(4, '0')}-${pack.padStart(2, '0')}`;
}

/** All that a directory's entry can mean: hyphenated, or bare with ten (three codes), eleven (5-4-2) or twelve digits (6-4-2). */
export function ndcsOf(text: string): string[] {
  const one = ndc12(text);
  if (one !== undefined) return [one];
  const digits = text.trim();
  if (/^\d{10}$/.test(digits)) return tenDigits(digits);
  if (/^\d{11}$/.test(digits)) return [`0${digits.slice(0, 5)}-${digits.slice(5, 9)}-${digits.slice(9)}`];
  if (/^\d{12}$/.test(digits)) return [`${digits.slice(0, 6)}-${digits.slice(6, 10)}-${digits.slice(10)}`];
  return [];
}

/** The codes that a product number with the prefix of drugs of the United States (03) can mean: three, never one of them guessed. */
export const ndcCandidates = (gtin14: string): string[] => (/^\d03\d{11}$/.test(gtin14) ? tenDigits(gtin14.slice(3, 13)) : []);

/** Wordings under which a directory may hold this code: with hyphens in every length that it fits into, and 11 or 12 bare digits. */
export function ndcWordings(code12: string): string[] {
  const [labeler = '', product = '', pack = ''] = code12.split('-');
  const shorter = (part: string, least: number): string[] => {
    const all = [part];
    for (let text = part; text.length > least && text.startsWith('0'); ) {
      text = text.slice(1);
      all.push(text);
    }
    return all;
  };
  const hyphenated = shorter(labeler, 4).flatMap((a) => shorter(product, 3).flatMap((b) => shorter(pack, 1).map((c) => `${a}-${b}-${c}`)));
  const bare = [code12.replaceAll('-', ''), ...(labeler.startsWith('0') ? [`${labeler.slice(1)}${product}${pack}`] : [])];
  return [...hyphenated.filter((text) => ndc12(text) === code12), ...bare];
}

const tenDigits = (digits: string): string[] =>
  [
    [4, 8],
    [5, 8],
    [5, 9],
  ].flatMap(([a, b]) => ndc12(`${digits.slice(0, a)}-${digits.slice(a, b)}-${digits.slice(b)}`) ?? []);
