/**
 * Imported before all else by workers whose realm is closed: kernels fill in the options of other kernels by their schemas, which would make code of
 * text to be faster, and that is taken from such a realm. Schemas look at this when they are made.
 */
import { z } from "zod";

z.config({ jitless: true });
