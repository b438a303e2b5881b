// By which name tables follow the feed.
import type { Lag } from '../feed/contract.ts';

const followers = 'warehouse-';
export const followerOf = (id: string): string => `${followers}${id}`;

/** Of tables that nobody keeps now: their folder was thrown away, or their server is not running. */
export const isOfNobody = ({ name, followed }: Pick<Lag, 'name' | 'followed'>): boolean => name.startsWith(followers) && !followed;
