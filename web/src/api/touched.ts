// Which questions have to be asked again after changes: those whose key begins with a type that changed, or that name it in
// `meta.types`; of those that are about certain patients (`meta.patients`), only where it was one of them.

export interface Changed {
  type: string;
  id: string;
  patient?: string;
}

/** Whom a question is about: `{ ...useQuery({ …, meta: about(id) }) }`. Without it, it is about everybody. */
export const about = (...patients: readonly string[]): { patients: readonly string[] } => ({ patients });

export class Touched {
  /** Patients by type; undefined: one that concerns nobody or several. */
  readonly #patients = new Map<string, Set<string | undefined>>();

  add({ type, patient }: Changed): void {
    const patients = this.#patients.get(type) ?? new Set();
    this.#patients.set(type, patients.add(patient));
  }

  concerns(key: readonly unknown[], meta: Readonly<Record<string, unknown>> | undefined): boolean {
    const { types, patients } = meta ?? {};
    return [key[0], ...(Array.isArray(types) ? types : [])].some((type) => {
      const touched = this.#patients.get(String(type));
      if (touched === undefined) return false;
      return !Array.isArray(patients) || touched.has(undefined) || patients.some((one) => touched.has(String(one)));
    });
  }
}
