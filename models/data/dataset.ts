/** Rows to learn from, as the trainings see them. */

/** A table of numbers, row by row; an image is a row. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** [rows × columns]. Of images: 0 … 255 as read, or 0 and 1 once binarised. */
  readonly values: Uint8Array | Float32Array;
  /** [height, width] where the rows are images. */
  readonly image?: readonly [number, number];
  /** [rows] */
  readonly labels?: Uint8Array;
  /** Rows that are kept back to measure on; the last ones. */
  readonly validationRows: number;
}
