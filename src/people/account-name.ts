// Names of accounts and clients: shown as given, compared without regard to case or to how a letter is composed.

/** Why this cannot be a name; undefined where it can. */
export function nameFault(name: string): string | undefined {
  if (name.trim() !== name || name === '') return 'A name must not be empty or begin or end with a space.';
  if ([...name].length > 100) return 'A name may have 100 characters.';
  if (/\p{C}/u.test(name)) return 'A name must not have control or invisible characters.';
  return undefined;
}

/** NFKC and lower case; cut, because what is typed at sign-in may be anything. */
export const nameKey = (name: string): string => name.slice(0, 400).normalize('NFKC').trim().toLowerCase();
