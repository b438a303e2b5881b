// Up to when an answer tells, in words.
import { showTime } from '../../parts/dates.ts';
import type { Answer } from './api.ts';

export const asOfWords = ({ asOf }: Pick<Answer, 'asOf'>): string => `as of ${showTime(asOf)}`;
