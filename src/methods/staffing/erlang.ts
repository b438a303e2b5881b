// How many servers (doctors, nurses at triage, lines) keep waiting short. Erlang AK. 1917, by the recursion for B that does not overflow (Jagerman DL.
// Bell Syst Tech J 1974;53:525-51); the square-root rule: Halfin S, Whitt W. Oper Res 1981;29:567-88.

export interface Waiting {
  /** Chance that one who comes has to wait. */
  waits: number;
  /** Mean wait of all who come, in the unit of the service time. */
  meanWait: number;
  /** Share of time that servers are at work. */
  occupancy: number;
}

/** Erlang B: the chance that all servers are taken where nobody waits. `load` is arrivals per service time. Exact for thousands of servers. */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked;
}

/** Erlang C; null where the work is more than the servers can do: the queue grows without end. */
export function erlangC(servers: number, load: number, serviceTime = 1): Waiting | null {
  if (!(load >= 0) || servers < 1 || load >= servers) return null;
  const b = erlangB(servers, load);
  const waits = b / (1 - (load / servers) * (1 - b));
  return { waits, meanWait: (waits * serviceTime) / (servers - load), occupancy: load / servers };
}

/** The chance to wait longer than `time`. */
export const waitsLonger = (servers: number, load: number, time: number, serviceTime = 1): number =>
  (erlangC(servers, load, serviceTime)?.waits ?? 1) * (load < servers ? Math.exp((-(servers - load) * time) / serviceTime) : 1);

/** The fewest servers with whom at most this share waits longer than `time`. */
export function serversFor(load: number, share: number, time: number, serviceTime = 1): number {
  let servers = Math.floor(load) + 1;
  while (waitsLonger(servers, load, time, serviceTime) > share) servers++;
  return servers;
}

/** The square-root rule: load plus `grade` of its root (1 waits about a fifth of the time, 2 about a fiftieth). */
export const squareRootStaff = (load: number, grade: number): number => Math.ceil(load + grade * Math.sqrt(load));
