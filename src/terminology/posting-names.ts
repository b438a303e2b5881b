// Names of the sets of concepts in terminology_posting: the loader writes under them, questions read under them.

/** Letters of a begin that has a set of its own; longer begins are a range of words. */
export const beginningMax = 3;
/** Characters of a property's value that its name holds. */
export const indexedValue = 300;

export const wordName = (word: string): string => `w:${word}`;
export const beginName = (begin: string): string => `b:${begin}`;
export const propertyName = (property: string, value: string): string => `p:${property}=${value.slice(0, indexedValue)}`;
export const flagName = (flag: string): string => `f:${flag}`;

/** PostgreSQL's text holds no U+0000 and no half of a surrogate pair. */
export const textName = (name: string): string => name.replaceAll('\0', '').toWellFormed();
