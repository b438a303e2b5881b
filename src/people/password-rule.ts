// What a password must be: long, and not what everybody tries first. No rules on kinds of characters, which make
// passwords worse: NIST SP 800-63B, section 5.1.1.2 (memorized secret verifiers).

export const passwordLengthMin = 12;
/** Bounds the work of hashing. */
const passwordLengthMax = 256;

/** Words that are tried first. A password that is only these, with digits and signs around, is refused. */
// biome-ignore format: a list
const common = new Set([
  'abc', 'admin', 'administrator', 'asdf', 'asdfgh', 'asdfghjkl', 'baseball', 'changeme', 'charlie', 'computer', 'default',
  'doctor', 'dragon', 'football', 'guest', 'hello', 'hospital', 'iloveyou', 'internet', 'lamplight', 'letmein', 'login', 'master',
  'michael', 'monkey', 'mustang', 'nurse', 'pass', 'passwort', 'password', 'princess', 'qazwsx', 'qwer', 'qwert', 'qwerty',
  'qwertyuiop', 'qwertz', 'root', 'secret', 'shadow', 'starwars', 'summer', 'sunshine', 'superman', 'system', 'test', 'user',
  'welcome', 'whatever', 'winter', 'zxcvbn', 'zxcvbnm',
]);

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm'];

/** Why this cannot be the password of the account of that name; undefined where it can. */
export function passwordFault(password: string, name: string): string | undefined {
  const text = password.normalize('NFKC');
  const letters = [...text];
  if (letters.length < passwordLengthMin) return `A password needs at least ${passwordLengthMin} characters.`;
  if (letters.length > passwordLengthMax) return `A password may have ${passwordLengthMax} characters.`;
  const plain = text.toLowerCase();
  const key = name.normalize('NFKC').toLowerCase();
  if (key.length >= 3 && plain.replaceAll(key, '').length < passwordLengthMin / 2) return 'A password must not be made of the name.';
  if (repeats(plain) || runs(plain)) return 'A password must not be a repetition or a row of keys.';
  if (onlyCommonWords(plain)) return 'A password must not be one of the most common ones.';
  return undefined;
}

/** One to four characters over and over: aaaa…, abcabc…. */
const repeats = (text: string): boolean => /^(.{1,4})\1+.{0,3}$/su.test(text);

/** Steps along the alphabet, the digits or a keyboard row, forwards or backwards, for the most part. */
function runs(text: string): boolean {
  let steps = 0;
  for (let at = 1; at < text.length; at += 1) {
    const pair = text.slice(at - 1, at + 1);
    const back = `${pair[1]}${pair[0]}`;
    if (rows.some((row) => row.includes(pair) || row.includes(back))) steps += 1;
  }
  return steps >= (text.length - 1) * 0.7;
}

const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

function onlyCommonWords(text: string): boolean {
  const plain = text.replaceAll(/[^\p{L}]+/gu, ' ').trim();
  const disguised = text
    .replace(/[^\p{L}]+$/u, '')
    .replaceAll(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign)
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim();
  return [plain, disguised].some((words) => words !== '' && words.split(' ').every(isCommon));
}

/** A common word, or several without a space between. */
function isCommon(word: string): boolean {
  if (word === '' || common.has(word)) return true;
  for (let end = 3; end < word.length; end += 1) if (common.has(word.slice(0, end)) && isCommon(word.slice(end))) return true;
  return false;
}
