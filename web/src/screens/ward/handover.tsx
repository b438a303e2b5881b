// The handover list: on paper, a row a patient with room to write, after SBAR (situation, background, assessment, recommendation).
import { ageOf, showDate, showTime } from '../../parts/dates.ts';
import type { Occupant, WardBoard } from './board.ts';

export function Handover({ wards, now }: { wards: readonly WardBoard[]; now: number }) {
  return (
    <div className="handover" aria-hidden="true">
      {wards.map((ward) => (
        <table key={ward.name}>
          <caption>
            {ward.name}: {ward.taken} beds taken, {showTime(new Date(now).toISOString())}
          </caption>
          <thead>
            <tr>
              {['Bed', 'Patient', 'Situation', 'Allergies, isolation', 'Score', 'Expected', 'To do'].map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ward.beds.flatMap(({ label, key, occupants }) =>
              occupants.map((one) => <Row key={`${key} ${one.encounter}`} bed={label} one={one} />),
            )}
          </tbody>
        </table>
      ))}
    </div>
  );
}

function Row({ bed, one }: { bed: string; one: Occupant }) {
  const { warning } = one;
  return (
    <tr>
      <td>{bed}</td>
      <td dir="auto">
        {one.name}
        <br />
        {showDate(one.born)} ({ageOf(one.born)}) · {one.number}
      </td>
      <td dir="auto">
        {one.reason}
        <br />
        {one.from === undefined ? '' : `since ${showDate(one.from)}`} {one.doctor}
      </td>
      <td dir="auto">
        {one.allergies === undefined
          ? 'not read'
          : one.allergies.length > 0
            ? one.allergies.join(', ')
            : one.noAllergies
              ? 'none known'
              : 'not recorded: ask'}
        {one.isolation.length > 0 && <strong> · isolation: {one.isolation.join(', ')}</strong>}
      </td>
      <td>
        {warning === undefined ? '–' : (warning.now.points ?? 'not possible')}
        {warning?.before === undefined ? '' : ` (before ${warning.before})`}
        <br />
        {warning === undefined ? '' : showTime(warning.now.at).slice(-5)} {warning?.now.why.slice(0, 3).join(', ')}
      </td>
      <td>{showDate(one.expected)}</td>
      <td className="handover-space" />
    </tr>
  );
}
