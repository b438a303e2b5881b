// How an illness goes on: one severity from 0 to 1 that rises, reacts to treatment, sometimes turns for the worse on the ward, and falls
// again once that is noticed and treated. It moves the vital signs through `body.ts`.
import { hourMs } from '../calendar.ts';

export interface Course {
  severity: number;
  /** What it would come to without treatment. */
  worst: number;
  /** Hours in which it falls to a third once treatment works. */
  recoveryHours: number;
  treated: boolean;
  atMs: number;
  crisis?: { fromMs: number; target: number; noticedMs?: number; failing?: boolean };
}

const risingHours = 5;
/** From antibiotics, fluids or a call of the outreach team to the turn. */
const reactionMs = 2.5 * hourMs;

/** Brings the course to a moment. */
export function advance(course: Course, nowMs: number): number {
  const hours = Math.max(0, (nowMs - course.atMs) / hourMs);
  course.atMs = nowMs;
  const { crisis } = course;
  const turned = crisis?.failing !== true && crisis?.noticedMs !== undefined && nowMs > crisis.noticedMs + reactionMs;
  if (crisis !== undefined && !turned) {
    course.severity += (crisis.target - course.severity) * (1 - Math.exp(-hours / risingHours));
  } else if (course.treated) {
    course.severity *= Math.exp(-hours / (crisis === undefined ? course.recoveryHours : Math.max(12, course.recoveryHours)));
    if (crisis !== undefined && course.severity < 0.3) delete course.crisis;
  } else {
    course.severity += (course.worst - course.severity) * (1 - Math.exp(-hours / (2 * risingHours)));
  }
  course.severity = Math.max(0, Math.min(1, course.severity));
  return course.severity;
}
