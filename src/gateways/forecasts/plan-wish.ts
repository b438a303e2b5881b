// A change of the plan as it is sent: {"staff": [{"ward", "shift", "role", "planned", "patientsPerNurse"}], "rules": {"surgeThreshold": 40}}.
// `planned` or a rule of null takes the site's own number away.
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type StaffRole, staffRoles } from './contract.ts';
import { ruleNumbers } from './wish.ts';

export interface PlanWish {
  staff: { ward: string; shift: string; role: StaffRole; planned: number | null; patientsPerNurse: number | null }[];
  rules: Record<string, number | null>;
}

const rowsMost = 500;
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 && !/[\p{Cc}\p{Surrogate}]/u.test(value);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const numberIn = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;

export function readPlanWish(text: string, shifts: readonly string[]): Result<PlanWish> {
  const read = readJsonNow(text);
  if (!read.ok) return read;
  const json: unknown = read.value;
  if (!isObject(json)) return fail('invalid', 'Send an object with "staff", "rules" or both');
  const unknown = Object.keys(json).find((name) => name !== 'staff' && name !== 'rules');
  if (unknown !== undefined) return fail('invalid', `"${unknown.slice(0, 40)}" is not known here: send "staff", "rules" or both`);
  const { staff = [], rules = {} } = json;
  if (!Array.isArray(staff) || staff.length > rowsMost) return fail('invalid', `"staff" is a list of at most ${rowsMost} rows`, 'staff');
  const wish: PlanWish = { staff: [], rules: {} };
  for (const [i, row] of (staff as unknown[]).entries()) {
    const where = `staff[${i}]`;
    if (!isObject(row) || !isName(row['ward'])) return fail('invalid', 'Each row names its ward, as the forecast of beds does', where);
    const { shift, planned = null, patientsPerNurse = null } = row;
    const role = staffRoles.find((one) => one === row['role']);
    if (typeof shift !== 'string' || !shifts.includes(shift)) return fail('invalid', `"shift" is one of ${shifts.join(', ')}`, where);
    if (role === undefined) return fail('invalid', `"role" is one of ${staffRoles.join(', ')}`, where);
    if (planned !== null && !(numberIn(planned, 0, 1000) && Number.isInteger(planned)))
      return fail('invalid', '"planned" is a whole number from 0 to 1000, or null', where);
    if (patientsPerNurse !== null && !numberIn(patientsPerNurse, 0.5, 100))
      return fail('invalid', '"patientsPerNurse" is a number from 0.5 to 100, or null', where);
    wish.staff.push({ ward: row['ward'], shift, role, planned, patientsPerNurse });
  }
  if (!isObject(rules)) return fail('invalid', `"rules" is an object of ${Object.keys(ruleNumbers).join(', ')}`, 'rules');
  for (const [name, value] of Object.entries(rules)) {
    const range = Object.hasOwn(ruleNumbers, name) ? ruleNumbers[name as keyof typeof ruleNumbers] : undefined;
    if (range === undefined)
      return fail('invalid', `"${name.slice(0, 40)}" is no rule: known are ${Object.keys(ruleNumbers).join(', ')}`, 'rules');
    if (value !== null && !numberIn(value, range.least, range.most))
      return fail('invalid', `"${name}" is a number from ${range.least} to ${range.most}, or null`, 'rules');
    wish.rules[name] = value;
  }
  return wish.staff.length + Object.keys(wish.rules).length > 0
    ? ok(wish)
    : fail('invalid', 'There is nothing to change: send "staff", "rules" or both');
}
