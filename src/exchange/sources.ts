// Where a resource comes from: the messages that made or changed it, and of each the very leaves that it says. Who may read the resource
// may know this, because the leaves say nothing that does not stand in it; the rest of a message, which may speak of anyone, is for
// those who may read messages (src/policy/messages.ts).
import type { Session } from '../database/contract.ts';
import type { LedgerRow } from '../formats/contract.ts';
import { inSlices, slices } from '../record/slices.ts';
import type { FormatName, Source } from './contract.ts';
import { readLedger } from './ledger.ts';

const messagesMax = 20;

interface SourceRow {
  id: string;
  channel: string;
  format: FormatName;
  sender: string;
  control: string;
  kind: string;
  received: Date;
  ledger: string | null;
}

/** Newest first, at most 20. `target`: `Type/id`. */
export async function sourcesOf(session: Session, target: string): Promise<Source[]> {
  const { rows } = await session.query<SourceRow>({
    name: 'message-sources',
    text: `
select m.id, m.channel, m.format, m.sender, m.control, m.kind, m.received, r.ledger
from message_made d join message m on m.id = d.id join message_result r on r.id = d.id
where d.target = $1 and m.direction = 'in' order by m.id desc limit ${messagesMax}`,
    values: [target],
  });
  const sources: Source[] = [];
  const rest = slices();
  for (const { id, channel, format, sender, control, kind, received, ledger } of rows)
    sources.push({
      message: id,
      channel,
      format,
      sender,
      controlId: control,
      kind,
      receivedAt: received,
      leaves: leavesOf(await inSlices(readLedger(ledger ?? ''), rest), target),
    });
  return sources;
}

function leavesOf(ledger: readonly LedgerRow[], target: string): Source['leaves'] {
  const own = `${target}#`;
  return ledger.flatMap((row) => {
    const elements = row.state === 'mapped' ? row.elements.filter((element) => element.startsWith(own)) : [];
    return elements.length === 0
      ? []
      : [{ path: row.path, text: row.text, elements: elements.map((element) => element.slice(own.length)) }];
  });
}
