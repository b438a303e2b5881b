// What somebody has typed and not saved yet. Kept in this browser's localStorage, because that can be written while a page is being
// hidden, by account, patient and form; shown to that account only, dropped when it is saved, at a sign-out by choice where its owner
// says so, and after fourteen days. It is patient data and it is not encrypted: the key would have to lie beside it to survive a crash
// and a session that ended by time. Shared machines need an account of the operating system or a locked disk, as for any browser.

export interface Draft {
  account: string;
  patient: string;
  /** Which form, and of what: `note:new`, `allergy:ID`. */
  form: string;
  /** For lists of what is unsaved. */
  label: string;
  /** Where it is typed: an address below /app/. */
  address: string;
  value: unknown;
  /** ISO 8601. */
  keptAt: string;
}

/** The part of Storage that is used. */
export interface Shelf {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Drafts {
  read(patient: string, form: string): Draft | undefined;
  /** False: the browser has no room or keeps nothing; the form must say so. */
  keep(draft: Omit<Draft, 'account' | 'keptAt'>): boolean;
  drop(patient: string, form: string): void;
  /** The account's own, newest first. */
  all(): Draft[];
  dropAll(): void;
}

const prefix = 'lamplight:draft:';
const daysMax = 14;

export const draftKey = (account: string, patient: string, form: string): string =>
  prefix + [account, patient, form].map(encodeURIComponent).join(':');

export function openDrafts(shelf: Shelf, account: string, now: () => Date = () => new Date()): Drafts {
  const keys = (): string[] => Array.from({ length: shelf.length }, (_, at) => shelf.key(at) ?? '').filter((key) => key.startsWith(prefix));
  const own = `${prefix}${encodeURIComponent(account)}:`;
  const at = (key: string): Draft | undefined => {
    const draft = readDraft(shelf.getItem(key));
    if (draft === undefined) return undefined;
    return now().getTime() - Date.parse(draft.keptAt) > daysMax * 86_400_000 ? undefined : draft;
  };
  // What is too old goes, whosever it is.
  for (const key of keys()) if (at(key) === undefined) shelf.removeItem(key);
  return {
    read(patient, form) {
      const draft = at(draftKey(account, patient, form));
      return draft?.account === account ? draft : undefined;
    },
    keep(draft) {
      const kept: Draft = { ...draft, account, keptAt: now().toISOString() };
      try {
        shelf.setItem(draftKey(account, draft.patient, draft.form), JSON.stringify(kept));
        return true;
      } catch {
        return false;
      }
    },
    drop: (patient, form) => shelf.removeItem(draftKey(account, patient, form)),
    all: () =>
      keys()
        .filter((key) => key.startsWith(own))
        .map(at)
        .filter((draft) => draft !== undefined)
        .filter((draft) => draft.account === account)
        .sort((a, b) => b.keptAt.localeCompare(a.keptAt)),
    dropAll() {
      for (const key of keys()) if (key.startsWith(own)) shelf.removeItem(key);
    },
  };
}

/** Undefined: it is none, or was cut off. */
function readDraft(text: string | null): Draft | undefined {
  try {
    const draft = JSON.parse(text ?? '') as Partial<Draft>;
    const { account, patient, form, label, address, keptAt, value } = draft;
    if (account === undefined || patient === undefined || form === undefined || keptAt === undefined) return undefined;
    return Number.isNaN(Date.parse(keptAt))
      ? undefined
      : { account, patient, form, label: label ?? form, address: address ?? '', keptAt, value };
  } catch {
    return undefined;
  }
}
