// What the languages in which regular expressions reach us mean by the same signs. One reader and one matcher serve them all; what
// differs stands here.

export interface Dialect {
  charactersMax: number;
  /** Of the program that is made of it: bounds what a character of a text can cost. */
  instructionsMax: number;
  /** Whether `.` meets line ends. */
  dotMeetsLineEnds: boolean;
  /** `ends`: only `^` at the begin and `$` at the end are understood, which say nothing where the whole text must match anyway. */
  anchors: 'anywhere' | 'ends';
  /** A letter or digit after a backslash that has no meaning there. */
  unknownEscapes: 'themselves' | 'refused';
  /** Whether what a group matched is wanted. */
  captures: boolean;
  /** Whether `a*+` (possessive, read as `a*`) and a count of a count, `a+*`, are understood; otherwise they are refused as slips. */
  countsOfCounts: boolean;
  /** A `{` that begins no count. */
  openBrace: 'itself' | 'refused';
  /** Whether a `]` that comes first in a set is one of its characters. */
  closingFirst: boolean;
}

/** matches(), matchesFull() and replaceMatches() of FHIRPath (http://hl7.org/fhirpath/N1/#matchesregex-string-boolean). */
export const fhirpathDialect: Dialect = {
  charactersMax: 2_000,
  instructionsMax: 5_000,
  dotMeetsLineEnds: true,
  anchors: 'anywhere',
  unknownEscapes: 'themselves',
  captures: true,
  countsOfCounts: false,
  openBrace: 'itself',
  closingFirst: false,
};

/** The operator `regex` of filters of value sets (http://hl7.org/fhir/R4/valueset-filter-operator.html): the whole value must match. */
export const filterDialect: Dialect = {
  charactersMax: 1_000,
  instructionsMax: 500,
  dotMeetsLineEnds: false,
  anchors: 'ends',
  unknownEscapes: 'refused',
  captures: false,
  countsOfCounts: true,
  openBrace: 'refused',
  closingFirst: true,
};
