// What the feed adds to the table of followers: which process follows under a name, and until when that is believed.
import type { Migration } from '../database/contract.ts';

export const feedMigrations: Migration[] = [
  {
    name: '0200-feed',
    sql: `
alter table follower add column holder uuid, add column held_until timestamptz;
`,
  },
];
