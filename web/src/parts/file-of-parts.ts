// A file that is made piece by piece and saved when it is whole. Texts and bytes become blobs every megabyte, which the browser keeps outside of
// the program's memory (on disk where there are many): what is held here stays small however long the file gets.

const pieceLength = 1_000_000;

export class FileOfParts {
  readonly #type: string;
  readonly #blobs: Blob[] = [];
  #pieces: (string | Uint8Array<ArrayBuffer>)[] = [];
  #length = 0;

  constructor(type: string) {
    this.#type = type;
  }

  add(piece: string | Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length >= pieceLength) this.#settle();
  }

  #settle(): void {
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#length = 0;
  }

  /** Hands it to the browser as a download. */
  save(name: string): void {
    this.#settle();
    const address = URL.createObjectURL(new Blob(this.#blobs, { type: this.#type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    // The browser has taken hold of it by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}
