// The 27 check types of OHDSI's Data Quality Dashboard (https://ohdsi.github.io/DataQualityDashboard, Blacketer C, et al. JAMIA 2021;28:2251-7) by
// name, each with what it counts and its place in Kahn MG, et al. A harmonized data quality assessment terminology. eGEMs 2016;4:1244. `test` is what
// finds it here (see tests.ts); names of tables and columns are free, so that checks run over any view.

export type Category = 'conformance' | 'completeness' | 'plausibility';
/** Verification holds data against what was agreed; validation against the world outside. */
export type Context = 'verification' | 'validation';

export interface CheckType {
  level: 'table' | 'column' | 'concept';
  category: Category;
  subcategory: 'value' | 'relational' | 'computational' | 'atemporal' | 'temporal' | '';
  context: Context;
  counts: string;
  test: TestName;
}

export type TestName =
  | 'table-present'
  | 'column-present'
  | 'required'
  | 'whole-number'
  | 'unique'
  | 'refers'
  | 'attribute'
  | 'not-zero'
  | 'values-mapped'
  | 'at-least'
  | 'at-most'
  | 'not-before'
  | 'not-after'
  | 'within-visit'
  | 'one-of'
  | 'persons-covered'
  | 'persons-covered-from'
  | 'no-overlap';

const row = (
  level: CheckType['level'],
  context: Context,
  category: Category,
  subcategory: CheckType['subcategory'],
  test: TestName,
  counts: string,
): CheckType => ({ level, context, category, subcategory, test, counts });

export const checkTypes = {
  cdmTable: row('table', 'verification', 'conformance', 'relational', 'table-present', 'tables that are not there'),
  measurePersonCompleteness: row('table', 'validation', 'completeness', '', 'persons-covered', 'persons without any row in the table'),
  measureConditionEraCompleteness: row(
    'table',
    'validation',
    'completeness',
    '',
    'persons-covered-from',
    'persons with rows in a first table (conditions) and none in the one made of it (eras)',
  ),
  measureObservationPeriodOverlap: row(
    'table',
    'verification',
    'plausibility',
    'temporal',
    'no-overlap',
    'persons whose periods overlap or meet',
  ),
  cdmField: row('column', 'verification', 'conformance', 'relational', 'column-present', 'columns that are not there'),
  isRequired: row('column', 'validation', 'conformance', 'relational', 'required', 'rows without a value that each row must have'),
  cdmDatatype: row('column', 'verification', 'conformance', 'value', 'whole-number', 'rows whose value is no whole number'),
  isPrimaryKey: row('column', 'verification', 'conformance', 'relational', 'unique', 'rows whose key another row has, too'),
  isForeignKey: row('column', 'verification', 'conformance', 'relational', 'refers', 'rows that refer to a row that does not exist'),
  fkDomain: row('column', 'verification', 'conformance', 'value', 'attribute', 'rows with a concept of another domain'),
  fkClass: row('column', 'verification', 'conformance', 'computational', 'attribute', 'rows with a concept of another class'),
  isStandardValidConcept: row(
    'column',
    'verification',
    'conformance',
    'value',
    'attribute',
    'rows whose concept is not a standard, valid one',
  ),
  measureValueCompleteness: row('column', 'verification', 'completeness', '', 'required', 'rows without a value'),
  standardConceptRecordCompleteness: row(
    'column',
    'verification',
    'completeness',
    '',
    'not-zero',
    'rows whose standard concept is 0 (not mapped)',
  ),
  sourceConceptRecordCompleteness: row(
    'column',
    'verification',
    'completeness',
    '',
    'not-zero',
    'rows whose source concept is 0 (not mapped)',
  ),
  sourceValueCompleteness: row(
    'column',
    'verification',
    'completeness',
    '',
    'values-mapped',
    'different source values that are mapped to 0',
  ),
  plausibleValueLow: row('column', 'verification', 'plausibility', 'atemporal', 'at-least', 'rows with a value below the least plausible'),
  plausibleValueHigh: row('column', 'verification', 'plausibility', 'atemporal', 'at-most', 'rows with a value above the most plausible'),
  plausibleTemporalAfter: row('column', 'verification', 'plausibility', 'temporal', 'not-before', 'rows dated before what must come first'),
  plausibleDuringLife: row('column', 'verification', 'plausibility', 'temporal', 'not-after', 'rows dated more than 60 days after death'),
  withinVisitDates: row(
    'column',
    'verification',
    'plausibility',
    'temporal',
    'within-visit',
    'rows dated more than a week before or after their visit',
  ),
  plausibleAfterBirth: row('column', 'verification', 'plausibility', 'temporal', 'not-before', 'rows dated before birth'),
  plausibleBeforeDeath: row('column', 'verification', 'plausibility', 'temporal', 'not-after', 'rows dated more than 60 days after death'),
  plausibleStartBeforeEnd: row('column', 'verification', 'plausibility', 'temporal', 'not-after', 'rows that end before they start'),
  plausibleGender: row('concept', 'validation', 'plausibility', 'atemporal', 'one-of', 'rows of a concept with patients of the other sex'),
  plausibleGenderUseDescendants: row(
    'concept',
    'validation',
    'plausibility',
    'atemporal',
    'one-of',
    'rows of a concept or one below it with patients of the other sex',
  ),
  plausibleUnitConceptIds: row(
    'concept',
    'verification',
    'plausibility',
    'atemporal',
    'one-of',
    'rows of a concept in a unit that it is not measured in',
  ),
} as const satisfies Record<string, CheckType>;

export type CheckName = keyof typeof checkTypes;
