// Times of the simulated hospital, in milliseconds, and how FHIR writes them. All are UTC.

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const yearMs = 365.25 * dayMs;

/** To the second: 2026-11-22T08:05:00Z */
export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
export const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** The same day at an hour of the clock, minutes as a fraction: 8.5 is 08:30. */
export const atHour = (ms: number, hour: number): number => Math.floor(ms / dayMs) * dayMs + Math.round(hour * 60) * minuteMs;
