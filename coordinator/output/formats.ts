/** The formats in which draws can be had: the values of `format=`, and the endings of files that the command line writes. */
import { arrow } from "./arrow.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { netcdf } from "./netcdf.ts";
import { npz } from "./npz.ts";

export const outputFormats = { json, csv, npz, arrow, netcdf };
