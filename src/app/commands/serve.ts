// lamplight serve: stays in the foreground; prints one line "ready" with the address when it serves.
import { printProblem } from '../print.ts';
import { serve } from '../serve.ts';
import type { Settings } from '../settings.ts';

export async function serveCommand(settings: Settings): Promise<number> {
  const startedAt = performance.now();
  const ended = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
  });
  const running = await serve(settings);
  if (!running.ok) return printProblem(running.problem);
  const { address, administrator, notes, demonstrated } = running.value;
  for (const note of notes) console.log(note);
  if (demonstrated > 0)
    console.log(
      `Demonstration hospital: ${demonstrated} made-up resources of ${settings.demoPatients} patients. None of them is a real person.`,
    );
  if (administrator.made !== undefined) {
    const { name, password } = administrator.made;
    console.log(
      password === undefined
        ? `First administrator: ${name}, with the password that was set`
        : `First administrator: ${name}\nPassword, shown only now: ${password}`,
    );
  }
  if (administrator.advice !== undefined) console.log(`Note: ${administrator.advice}`);
  console.log(`FHIR ${address}/fhir · sign-in ${address}/auth/sign-in · API ${address}/openapi.json · metrics ${address}/metrics`);
  console.log(`ready ${address} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  const status = await ended;
  console.log('stopping');
  await running.value.stop();
  console.log('stopped');
  return status;
}
