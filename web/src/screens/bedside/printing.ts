// Papers of the bedside as PDF, opened beside the screen: wristband and labels are made by a POST, and each wristband is counted.
import { Refusal } from '../../api/http.ts';

/** Opens the wristband or the label of an order. Throws a Refusal; the answer says what could not be printed as it stands. */
export async function printLabel(body: { kind: 'wristband'; patient: string } | { kind: 'drug'; order: string }): Promise<string[]> {
  // Asked for before the answer is there: a browser opens a window only for a press.
  const paper = window.open('', '_blank');
  try {
    const response = await fetch('/medication/labels', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      const said = (await response.json().catch(() => ({}))) as { title?: string };
      throw new Refusal(response.status, said.title ?? `The server refused with status ${response.status}.`);
    }
    const address = URL.createObjectURL(await response.blob());
    if (paper === null) window.location.assign(address);
    else paper.location.href = address;
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return [...response.headers].flatMap(([name, value]) => (name.startsWith('x-lamplight-notice') ? [value] : []));
  } catch (error) {
    paper?.close();
    throw error;
  }
}
