// Telling people that a report is ready. A message holds its name, its period and a link that needs a sign-in; the PDF only where its keeper asked for it and
// the report is of questions that give counts and no persons. Each address has a message of its own, so that one that is refused holds up no other.
//
//   waiting ──► sending ──► sent
//      ▲           ├──────► refused   the server said no for good
//      └───────────┤ later            not taken yet: tried again with growing pauses, at last failed
//                  └──────► unknown   the message was on its way when the connection or the program broke: never sent a second time by itself
//
// Of what is unknown or failed a person may say that it is to be sent again: the same message, which waits anew.

/** Where messages go out. */
export interface MailServer {
  host: string;
  port: number;
  /** `tls`: from the first byte; otherwise STARTTLS, which only a server on this machine may lack. */
  tls: 'starttls' | 'tls';
  user?: string;
  password?: string;
  from: string;
  /** To which addresses may belong; none: to any. */
  domains: readonly string[];
  /** Address of the workbench, for links. */
  publicUrl: string;
}

export type LetterState = 'waiting' | 'sending' | 'sent' | 'refused' | 'failed' | 'unknown';

export interface NewLetter {
  run: string;
  address: string;
  title: string;
  /** In words: when it was due, and its days. */
  period: string;
  /** Name of the PDF that goes along. */
  file: string | null;
  /** Why it goes without the PDF that was asked for. */
  without: string | null;
  /** Not to be sent at all, and why. */
  refused?: string;
}
export interface Letter extends Omit<NewLetter, 'refused'> {
  id: string;
  report: string;
  account: string;
  name: string;
  state: LetterState;
  tries: number;
  says: string | null;
  /** When its run ended, or when a person wanted it sent again. */
  wanted: Date;
  at: Date;
}

/** What became of handing it over. */
export interface Handed {
  outcome: 'sent' | 'refused' | 'later' | 'unknown';
  /** What the server answered, or why it could not. */
  says: string;
}
