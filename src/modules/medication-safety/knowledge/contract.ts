// What medicine knows about drugs, as rows: the form of the files in knowledge/medication-safety/. A file is a head and rows
// of one kind; a row that says nothing else takes its source, date, status and reviewer from the head. schema.json there says
// the same for those who write files; knowledge/medication-safety/README.md has worked examples.

/** Where a drug enters or acts. */
export const routes = [
  'oral',
  'enteral-tube',
  'sublingual',
  'buccal',
  'rectal',
  'vaginal',
  'intravenous',
  'intraosseous',
  'intramuscular',
  'subcutaneous',
  'intradermal',
  'intrathecal',
  'epidural',
  'perineural',
  'intra-articular',
  'intravitreal',
  'intravesical',
  'intraperitoneal',
  'intra-arterial',
  'inhaled',
  'nasal',
  'topical',
  'transdermal',
  'ophthalmic',
  'otic',
  'oromucosal',
  'implant',
  'irrigation',
] as const;
export type Route = (typeof routes)[number];

/** What a person is shown: it must stop, it interrupts, it stands aside. Clinical severity is another thing. */
export type Tier = 'stop' | 'interrupt' | 'aside';
export type Severity = 'contraindicated' | 'major' | 'moderate' | 'minor';
export type Status = 'draft' | 'active' | 'shadow' | 'retired';

export interface FileHead {
  kind: Kind;
  /** `interactions-cardiac`: unique among files of one folder; a later folder replaces it by this name. */
  name: string;
  /** `2026.11`. */
  version: string;
  status: Status;
  /** "unreviewed" until a clinician has signed. */
  reviewer: string;
  licence: string;
  /** When the rows were last compared with their sources, `2026-11-22`. */
  date: string;
  /** key → full citation: what, who, year, section. Rows name the key. */
  sources: Record<string, string>;
}

export interface RowHead {
  id: string;
  /** A key of the file's sources, optionally with a section: `fda-label:warfarin`. */
  source: string;
  date?: string;
  status?: Status;
  reviewer?: string;
}

/** `warfarin` (an ingredient), `class:nsaid` (each member), several of them, or with limits. */
export type Drug = string | string[] | DrugWith;
export interface DrugWith {
  any: string[];
  except?: string[];
  /** Only by these routes; without it by every systemic one, that is all except topical, ophthalmic, otic, nasal, irrigation … */
  routes?: Route[];
  /** Only from this total a day on. */
  dailyFrom?: Amount;
}

/** A dose. `per` is the body measure that it is multiplied by; `cap` holds whatever the body. */
export interface Amount {
  value: number;
  unit: 'mg' | 'mcg' | 'g' | 'unit' | 'million-unit' | 'mmol' | 'mEq' | 'mL' | 'puff' | 'drop' | 'patch' | 'application';
  per?: 'kg' | 'm2';
  cap?: { value: number; unit: Amount['unit'] };
}

/** A fact about the patient or the order: true, false or not known. One key each. */
export type Condition =
  | { age: { from?: number; below?: number; unit?: 'years' | 'months' | 'weeks' | 'days' } }
  | { sex: 'female' | 'male' }
  | { weight: { from?: number; below?: number } } // kg
  | { pregnant: true | { trimester: (1 | 2 | 3)[] } }
  | { breastfeeding: true }
  | { 'could-become-pregnant': true } // female, 12 to 50 years, without a hysterectomy or a menopause on the problem list
  | { problem: string | string[] } // a row of kind problems, active
  | { laboratory: string; above?: number; below?: number; from?: number; to?: number; unit?: string; withinDays?: number; ever?: true } // a row of kind laboratories; no limits: it was measured; ever: any value of those days, not only the latest
  | {
      vital: 'systolic' | 'diastolic' | 'pulse' | 'respirations' | 'spo2' | 'temperature';
      above?: number;
      below?: number;
      withinHours?: number;
    }
  | { clearance: { from?: number; below?: number } } // creatinine clearance, Cockcroft-Gault, mL/min
  | { egfr: { from?: number; below?: number } } // CKD-EPI 2021, mL/min/1.73 m2
  | { dialysis: true }
  | { taking: Drug } // of a rule about one drug: beside it; of a rule about two: one of the two or beside them
  | { route: Route[] } // of the order
  | { 'daily-dose': { of?: string; above?: Amount; below?: Amount } }
  | { setting: ('inpatient' | 'outpatient' | 'emergency' | 'intensive-care' | 'palliative')[] }
  | { tolerated: { days: number } } // the same drugs have stood beside each other so long
  | { overlap: { daysBelow: number } } // they stand beside each other for less than this
  | { 'duration-days': { above?: number; below?: number } }
  | { 'as-needed': true }
  | { 'extended-release': true } // the form of the order
  | { pushed: true } // into the vein at once, not as an infusion
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

/** The first level whose condition is true decides; none: the rule's own tier. */
export interface Level {
  when: Condition;
  tier: Tier | 'silent';
  /** Why, for the card: "potassium is measured daily". */
  says: string;
}

export interface IngredientRow extends RowHead {
  /** id is the name in US usage as RxNorm has it, in lower case with spaces as hyphens: `acetaminophen`, `insulin-glargine`. */
  title: string;
  /** Other names: INN, BAN, salts with their words (`morphine sulfate`), usual abbreviations that are safe to read (never U, MS, MTX alone …). */
  names: string[];
  brands: string[];
  /** RxNorm concept of the ingredient (RxCUI) and UNII where they are known for certain. */
  codes?: { rxnorm?: string[]; unii?: string[]; cvx?: string[] };
  /** Routes by which it may be given at all; another one is an error of route. */
  routes: Route[];
  /** A food, a herb, a vaccine, a contrast medium, a supplement: drugs are the rest. */
  sort?: 'food' | 'herb' | 'vaccine' | 'contrast' | 'supplement' | 'fluid' | 'substance';
  /** Two people check (ISMP's list of high-alert drugs says which kinds; the wording is our own). */
  highAlert?: boolean;
  /** Given at the minute: a window of 30 minutes at the bedside. */
  timeCritical?: boolean;
  /** Names that it was confused with; shown where such a one is found by a short search. */
  lookAlike?: string[];
  /** Known by name only, from a list of names that a site has loaded: no rule was written with it in mind, and each check says so. */
  namedOnly?: true;
  /** What one unit of salt weighs in the form that doses are stated in, where labels differ: `{ "iron": 0.2 }`. */
  note?: string;
}

/** A product of several ingredients under one name: `co-trimoxazole`, `Percocet`. Doses are stated of the first unless `doseOf` says otherwise. */
export interface CombinationRow extends RowHead {
  title: string;
  names: string[];
  brands: string[];
  /** Ingredient ids, in the order in which strengths are written: `800/160`. */
  ingredients: string[];
  doseOf?: string;
  /** The one whose strength is always the greater, so that strengths written in either order are put right. */
  larger?: string;
  codes?: { rxnorm?: string[] };
}

/** What drugs that are known are called besides, and the codes of their products: a site's list of names. It never takes a name from another row. */
export interface NamesRow extends RowHead {
  /** Ingredient ids: one drug, or the parts of one product. */
  of: string[];
  names: string[];
  brands: string[];
  /** RxCUI of what these ingredients are called, all strengths and forms alike. */
  codes?: { rxnorm?: string[] };
  /** Code → wording with strength and form: `{ "855332": "warfarin sodium 5 MG Oral Tablet" }`; an NDC is that of the product, without its package. */
  products?: { rxnorm?: Record<string, string>; ndc?: Record<string, string> };
}

export interface ClassRow extends RowHead {
  title: string;
  /** therapeutic: what it is; mechanism: what it does (inhibits CYP3A4, prolongs QT); allergy: a chemical family. */
  kind: 'therapeutic' | 'mechanism' | 'allergy';
  /** Ingredient ids or `class:` others. */
  members: string[];
}

export interface InteractionRow extends RowHead {
  title: string;
  a: Drug;
  b: Drug;
  severity: Severity;
  tier: Tier;
  /** Which of the fifteen high-priority classes (Phansalkar et al., JAMIA 2012), 1 to 15. */
  onc?: number;
  mechanism: string;
  /** What may happen to the patient. */
  effect: string;
  /** What to do, for the card: at most two sentences. */
  management: string;
  evidence: 'established' | 'probable' | 'suspected' | 'theoretical';
  /** It still counts so many days after the other was stopped (a monoamine oxidase inhibitor: 14; fluoxetine: 35). */
  washoutDays?: { a?: number; b?: number };
  levels?: Level[];
}

export interface AllergyRow extends RowHead {
  title: string;
  /** What is recorded as the allergy: ingredients, classes, or words that a record holds (`sulfa`, `egg`). */
  allergen: { drugs?: string[]; words?: string[] };
  /** What is then not given. */
  avoid: Drug;
  /** same: the thing itself or its class; side-chain, structure: cross-reactivity; excipient: in the product. */
  relation: 'same' | 'class' | 'side-chain' | 'structure' | 'excipient';
  tier: Tier;
  says: string;
  levels?: Level[];
}

/** Limits of dose for one drug, by route and age. Adults: from 18 years (or as the row says). */
export interface DoseLimitRow extends RowHead {
  drug: string;
  routes: Route[];
  /** Years unless a unit is named. `weightBelow` in kg. */
  population: { from?: number; below?: number; unit?: 'years' | 'months' | 'weeks' | 'days'; weightFrom?: number; weightBelow?: number };
  /** Only where the order says so (its reason or its text holds one of these words), before a row without it. */
  indication?: string[];
  single?: Amount;
  daily?: Amount;
  /** Of 7 days, where a daily limit would mislead (methotrexate, alendronate). */
  weekly?: Amount;
  /** Given in doses nearer to each other than this. */
  minimumHours?: number;
  /** Continuous infusion: amount (per kg) an hour. */
  hourly?: Amount;
  /** How far above the limit it must stop instead of interrupt. Default 2 times. */
  stopAt?: number;
  /** A dose far too small for the age (a decimal point lost): below this fraction of `single` it is said aside. */
  says?: string;
}

export interface RenalDoseRow extends RowHead {
  drug: string;
  routes?: Route[];
  measure: 'clearance' | 'egfr';
  /** From the highest to the lowest, without gap or overlap; `from` inclusive, `below` exclusive, mL/min. */
  bands: {
    from?: number;
    below: number;
    action: 'avoid' | 'limit' | 'monitor';
    single?: Amount;
    daily?: Amount;
    minimumHours?: number;
    /** For the card. */
    says: string;
    tier?: Tier;
  }[];
  dialysis?: { action: 'avoid' | 'limit' | 'monitor'; daily?: Amount; single?: Amount; minimumHours?: number; says: string };
}

/** A drug and a fact about the patient that speaks against it. */
export interface PrecautionRow extends RowHead {
  category: 'age' | 'diagnosis' | 'laboratory' | 'pregnancy' | 'lactation' | 'hepatic' | 'route' | 'contrast' | 'vital' | 'food';
  title: string;
  drug: Drug;
  when: Condition;
  severity: Severity;
  tier: Tier;
  says: string;
  management: string;
  levels?: Level[];
  /** What to say where `when` is not known; without it the check is listed as one that could not be made when it would interrupt. */
  unknown?: 'say' | 'pass';
}

/** More than so many of one class at once. */
export interface DuplicateRow extends RowHead {
  title: string;
  of: Drug;
  /** How many may stand beside each other. Usually 1. */
  allowed: number;
  /** Pairs that belong together: long-acting with short-acting, basal with bolus. */
  fine?: [Drug, Drug][];
  tier: Tier;
  says: string;
  levels?: Level[];
}

/** Several drugs each of which is borne, together are not: QT, anticholinergics, sedatives. */
export interface AdditiveLoadRow extends RowHead {
  title: string;
  /** Points a member: `{ "class:anticholinergic-strong": 3 }`. */
  points: Record<string, number>;
  /** From this sum on, and at least `drugs` of them. */
  from: number;
  drugs: number;
  tier: Tier;
  severity: Severity;
  says: string;
  management: string;
  levels?: Level[];
}

/** Morphine milligram equivalents: mg a day × factor (transdermal fentanyl: mcg an hour × factor). */
export interface OpioidRow extends RowHead {
  drug: string;
  routes: Route[];
  factor: number;
  unit: 'mg' | 'mcg/h';
}

/** What is measured before and while a drug is given. */
export interface MonitoringRow extends RowHead {
  drug: Drug;
  laboratory: string;
  /** Before the first dose: not older than so many days. */
  baselineDays?: number;
  /** While it is taken: at least every so many days. */
  everyDays?: number;
  tier: Tier;
  says: string;
  when?: Condition;
  levels?: Level[];
}

/** An order that belongs to another: naloxone to an opioid, a laxative, prophylaxis, a level. */
export interface CorollaryRow extends RowHead {
  drug: Drug;
  when?: Condition;
  /** One of these is there already: nothing is said. */
  needs: { drug?: Drug; laboratory?: string; withinDays?: number; order?: string };
  tier: Tier;
  says: string;
  levels?: Level[];
}

/** What costs more without doing more. Always aside. */
export interface CostRow extends RowHead {
  drug: Drug;
  when?: Condition;
  instead: string;
  says: string;
}

/** A problem by the words and codes that records hold. ICD-10-CM codes mean themselves and everything below them. */
export interface ProblemRow extends RowHead {
  title: string;
  words: string[];
  icd10?: string[];
  /** Words that turn it round: `family history of`, `no`. The reader knows the usual ones. */
  not?: string[];
}

/** A laboratory value by name and LOINC, its unit and how others turn into it. */
export interface LaboratoryRow extends RowHead {
  title: string;
  names: string[];
  loinc: string[];
  /** UCUM. All limits of rows are in it unless they name another. */
  unit: string;
  /** UCUM unit → factor into `unit` where that is no matter of dimension (mmol/L of glucose). */
  units?: Record<string, number>;
}

export interface Rows {
  ingredients: IngredientRow;
  combinations: CombinationRow;
  names: NamesRow;
  classes: ClassRow;
  interactions: InteractionRow;
  allergies: AllergyRow;
  'dose-limits': DoseLimitRow;
  'renal-doses': RenalDoseRow;
  precautions: PrecautionRow;
  duplicates: DuplicateRow;
  'additive-loads': AdditiveLoadRow;
  opioids: OpioidRow;
  monitoring: MonitoringRow;
  'corollary-orders': CorollaryRow;
  costs: CostRow;
  problems: ProblemRow;
  laboratories: LaboratoryRow;
}
export type Kind = keyof Rows;
export type KnowledgeFile = { [K in Kind]: FileHead & { kind: K; rows: Rows[K][] } }[Kind];

/**
 * A case beside the rules (`NAME.cases.json`: `{ "kind": "cases", "of": "NAME", "cases": { "<row id>": { "fires": [...], "silent": [...] } } }`).
 * Written as one would say it: `{ "order": "ibuprofen 400 mg po tid", "taking": ["warfarin 5 mg po daily"] }`.
 */
export interface Situation {
  order: string;
  also?: string[]; // ordered at the same moment
  taking?: string[];
  allergies?: string[];
  problems?: string[];
  /** `{ "potassium": "5.8 mmol/L" }`, today; `"… 12 d ago"` where its age matters; several as a list, newest first. */
  laboratory?: Record<string, string | string[]>;
  vitals?: Record<string, number>;
  age?: string; // "67 y", "8 mo", "12 d"
  sex?: 'female' | 'male';
  weight?: string; // "70 kg"; "70 kg 400 d ago"
  height?: string; // "172 cm"
  pregnant?: boolean | 1 | 2 | 3; // weeks are turned into a trimester by the reader of the record
  breastfeeding?: boolean;
  setting?: 'inpatient' | 'outpatient' | 'emergency' | 'intensive-care' | 'palliative';
  /** Why it is ordered. */
  reason?: string;
  /** Of a level: the tier that is expected, where it is not the rule's own. */
  tier?: Tier;
}
