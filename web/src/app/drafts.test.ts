import { describe, expect, it } from 'vitest';
import { shelfInMemory } from './drafts.fixture.ts';
import { openDrafts } from './drafts.ts';

const note = { patient: 'p1', form: 'note:new', label: 'Note', address: '/app/record/p1?do=note', value: { text: 'Slept well' } };

describe('drafts', () => {
  it('come back to the account, the patient and the form that they belong to', () => {
    const shelf = shelfInMemory();
    expect(openDrafts(shelf, 'amara').keep(note)).toBe(true);
    const later = openDrafts(shelf, 'amara');
    expect(later.read('p1', 'note:new')?.value).toEqual({ text: 'Slept well' });
    expect(later.read('p2', 'note:new')).toBeUndefined();
    expect(later.read('p1', 'allergy:new')).toBeUndefined();
  });

  it('are never shown to another account, and another’s sign-out leaves them', () => {
    const shelf = shelfInMemory();
    openDrafts(shelf, 'amara').keep(note);
    const other = openDrafts(shelf, 'amar');
    expect(other.read('p1', 'note:new')).toBeUndefined();
    expect(other.all()).toEqual([]);
    other.dropAll();
    expect(openDrafts(shelf, 'amara').all()).toHaveLength(1);
  });

  it('go when they are saved, and all together when their owner says so', () => {
    const drafts = openDrafts(shelfInMemory(), 'amara');
    drafts.keep(note);
    drafts.keep({ ...note, form: 'problem:new' });
    drafts.drop('p1', 'note:new');
    expect(drafts.all().map(({ form }) => form)).toEqual(['problem:new']);
    drafts.dropAll();
    expect(drafts.all()).toEqual([]);
  });

  it('go after fourteen days', () => {
    const shelf = shelfInMemory();
    openDrafts(shelf, 'amara', () => new Date('2026-11-01T00:00:00Z')).keep(note);
    expect(openDrafts(shelf, 'amara', () => new Date('2026-11-14T00:00:00Z')).all()).toHaveLength(1);
    expect(openDrafts(shelf, 'amara', () => new Date('2026-11-16T00:00:00Z')).all()).toEqual([]);
    expect(shelf.length).toBe(0);
  });

  it('say so where the browser has no room', () => expect(openDrafts(shelfInMemory(10), 'amara').keep(note)).toBe(false));

  it('are not stopped by something broken on the shelf', () => {
    const shelf = shelfInMemory();
    shelf.setItem('lamplight:draft:amara:p1:x', '{"half');
    shelf.setItem('someone else', 'x');
    expect(openDrafts(shelf, 'amara').all()).toEqual([]);
    expect(shelf.getItem('someone else')).toBe('x');
  });
});
