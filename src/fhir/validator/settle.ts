// Puts the open questions of a walk to those who can answer: codes to the terminology, references to the record. What they cannot
// say either becomes a finding "could not be checked", never silence.
import type { CodeAnswer, Coding, Terminology } from '../terminology/contract.ts';
import { notIn, severities, wrongDisplay } from './binding.ts';
import type { Finding, Question, Walked } from './contract.ts';

export interface ReferenceAnswer {
  /** `unknown`: of another server, or nobody can say. */
  found: 'yes' | 'no' | 'unknown';
  /** Type of what was found. */
  type?: string;
  /** Profiles that what was found says it conforms to. */
  profiles?: readonly string[];
  /** Why it is not known. */
  why?: string;
}

/** Answers in the order of the references. */
export type ReferenceLookup = (references: readonly string[]) => Promise<readonly ReferenceAnswer[]>;

type CodeQuestion = Extract<Question, { kind: 'code' }>;
type ReferenceQuestion = Extract<Question, { kind: 'reference' }>;

/** All findings, those of the walk first. Without `terminology` or `lookUp` what is asked of them could not be checked, or is left out. */
export async function settle(walked: Walked, terminology?: Terminology, lookUp?: ReferenceLookup): Promise<Finding[]> {
  const codes = walked.questions.filter((one) => one.kind === 'code');
  const references = walked.questions.filter((one) => one.kind === 'reference');
  const [ofCodes, ofReferences] = await Promise.all([settleCodes(codes, terminology), lookUp ? settleReferences(references, lookUp) : []]);
  return [...walked.findings, ...ofCodes, ...ofReferences];
}

const keyOf = (coding: Coding): string => JSON.stringify([coding.system, coding.version, coding.code, coding.display]);

/** One question for each value set, each code once. */
async function settleCodes(questions: readonly CodeQuestion[], terminology: Terminology | undefined): Promise<Finding[]> {
  const sets = new Map<string, Map<string, Coding>>();
  for (const { valueSet, codings } of questions) {
    const wanted = sets.get(valueSet) ?? new Map<string, Coding>();
    sets.set(valueSet, wanted);
    for (const coding of codings) wanted.set(keyOf(coding), coding);
  }
  const answers = new Map<string, Map<string, CodeAnswer>>();
  await Promise.all(
    [...sets].map(async ([valueSet, codings]) => {
      const given = terminology ? await terminology.memberOf(valueSet, [...codings.values()]) : [];
      answers.set(valueSet, new Map([...codings.keys()].map((key, i) => [key, given[i] ?? notAsked])));
    }),
  );
  return questions.flatMap((question) => {
    const given = answers.get(question.valueSet);
    return judge(
      question,
      question.codings.map((coding) => given?.get(keyOf(coding)) ?? notAsked),
    );
  });
}

const notAsked: CodeAnswer = { answer: 'unknown', why: 'no terminology is at hand' };

function judge(question: CodeQuestion, answers: readonly CodeAnswer[]): Finding[] {
  const { valueSet, strength, where } = question;
  const finding = (severity: Finding['severity'], message: string): Finding => ({
    severity,
    rule: 'binding',
    where,
    message: /[.?!]$/.test(message) ? message : `${message}.`,
    source: valueSet.split('|', 1)[0] as string,
  });
  const yes = answers.filter((one) => one.answer === 'yes');
  if (yes.length > 0) return yes.filter((one) => one.wrongDisplay).map((one) => finding('warning', wrongDisplay(one.display)));
  const unknown = answers.find((one) => one.answer === 'unknown');
  if (!unknown) return [finding(severities[strength], notIn[strength](valueSet))];
  return [
    finding(strength === 'required' ? 'warning' : 'information', `The code could not be checked against ${valueSet}: ${unknown.why}`),
  ];
}

async function settleReferences(questions: readonly ReferenceQuestion[], lookUp: ReferenceLookup): Promise<Finding[]> {
  if (questions.length === 0) return [];
  const references = [...new Set(questions.map((one) => one.reference))];
  const given = await lookUp(references);
  const answers = new Map(references.map((reference, i) => [reference, given[i]]));
  return questions.flatMap((question) => judgeReference(question, answers.get(question.reference)));
}

function judgeReference({ where, targets, profiles }: ReferenceQuestion, answer: ReferenceAnswer | undefined): Finding[] {
  const finding = (severity: Finding['severity'], message: string): Finding[] => [{ severity, rule: 'reference', where, message }];
  if (answer === undefined || answer.found === 'unknown') {
    return finding('information', `The reference could not be checked: ${answer?.why ?? 'nobody here knows its target'}.`);
  }
  if (answer.found === 'no') return finding('error', 'Nothing is stored under this reference. Correct it, or store the target first.');
  const { type } = answer;
  if (type !== undefined && targets.length > 0 && !targets.includes(type)) {
    return finding('error', `Refer to a resource of type ${targets.join(', ')}: this one is of type ${type}.`);
  }
  if (profiles.length > 0 && !profiles.some((one) => answer.profiles?.includes(one))) {
    return finding(
      'information',
      `Whether the target conforms to ${profiles.join(' or ')} could not be checked: it does not say so itself.`,
    );
  }
  return [];
}
