import { describe, expect, it } from 'vitest';
import { amountOf, minus, plus, textOfAmount } from './amount.ts';
import { balanceNotes } from './balance.ts';
import { remittance } from './samples.ts';
import { envelopesOf } from './transaction-list.ts';
import { read } from './tree.ts';

const notesOf = (text: string): (string | undefined)[] =>
  envelopesOf(read(Buffer.from(text)))
    .transactions.flatMap(balanceNotes)
    .map(({ where }) => where);

describe('a remittance', () => {
  it('adds up', () => {
    expect(notesOf(remittance)).toEqual([]);
  });

  it.each([
    ['a cent too much in an adjustment of a line', 'CAS*CO*45*10.00', 'CAS*CO*45*10.01', ['2110[2]/SVC-03', '2100/CLP-04']],
    ['a cent too little in an adjustment of the claim', 'CAS*CO*24*5.25', 'CAS*CO*24*5.24', ['2100/CLP-04']],
    ['another payment than its claims', 'BPR*I*142.25', 'BPR*I*142.26', ['BPR-02']],
    ['a provider adjustment that is not taken off', 'FB:ADV1*3.00', 'FB:ADV1*2.00', ['BPR-02']],
  ])('does not with %s', (_, was, is, places) => {
    expect(notesOf(remittance.replace(was, is))).toEqual(places);
  });

  it('says in which transaction', () => {
    expect(notesOf(remittance + remittance.replace('BPR*I*142.25', 'BPR*I*1'))).toEqual(['ST[2]/BPR-02']);
  });
});

describe('amounts', () => {
  it('are exact where floating point is not', () => {
    expect(textOfAmount(plus(amountOf('0.1')!, amountOf('.2')!))).toBe('0.3');
    expect(textOfAmount(minus(amountOf('9007199254740993.01')!, amountOf('0.02')!))).toBe('9007199254740992.99');
    expect(amountOf('1e5')).toBeUndefined();
  });
});
